import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { useLanguage } from '../../lib/language.tsx'
import { Page, Paged, Tag, When } from '../../parts/index.ts'
import type { Announcement } from '../answers.ts'
import { WriteAnnouncement } from '../news/write-announcement.tsx'
import { ActDialog } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

const KINDS = { scheduled: 'todo', published: 'good', withdrawn: 'bad' } as const

/** What customers were told, are to be told, and are told no more. */
export function AnnouncementsPage() {
  const words = useWords().announcements
  const { language } = useLanguage()
  const may = useMay()
  const [isWriting, setWriting] = useState(false)
  const [withdrawing, setWithdrawing] = useState<Announcement>()
  return (
    <Page
      title={words.title}
      lead={words.lead}
      acts={
        may('house') && (
          <button type="button" className="main" onClick={() => setWriting(true)}>
            {words.write}
          </button>
        )
      }
    >
      <Paged<Announcement>
        path="/operator/v1/announcements?limit=50"
        caption={words.title}
        none={words.none}
        keyOf={({ id }) => id}
        columns={[
          { head: words.when, cell: ({ publish_at: at }) => <When at={at} /> },
          { head: words.what, cell: ({ title, text }) => <span title={text[language]}>{title[language]}</span> },
          { head: words.topic, cell: ({ topic }) => words.topics[topic] },
          { head: words.whom, cell: ({ model }) => (model === null ? words.all : words.usersOf(model)) },
          { head: words.state, cell: ({ state }) => <Tag kind={KINDS[state]}>{words.states[state]}</Tag> },
          {
            head: words.doings,
            isActs: true,
            cell: (one) =>
              may('house') &&
              one.state !== 'withdrawn' && (
                <button type="button" className="plain grave" onClick={() => setWithdrawing(one)}>
                  {words.withdraw}
                </button>
              ),
          },
        ]}
      />
      {isWriting && <WriteAnnouncement onClose={() => setWriting(false)} />}
      {withdrawing !== undefined && (
        <ActDialog
          title={words.withdrawTitle(withdrawing.title[language])}
          act={words.withdrawAct}
          isGrave
          onClose={() => setWithdrawing(undefined)}
          run={(_, once) => call(`/operator/v1/announcements/${withdrawing.id}/withdrawal`, { method: 'POST', body: {}, once })}
        >
          {() => <p>{words.withdrawMeans}</p>}
        </ActDialog>
      )}
    </Page>
  )
}
