import { useState } from 'react'
import { List, Section, useAsked, When } from '../../parts/index.ts'
import type { ManagementKey } from '../answers.ts'
import { IfMay } from '../only.tsx'
import { useWords } from '../words/index.ts'
import { Grave, KEYS_PATH } from './key-acts.tsx'

const PATH = `${KEYS_PATH}/management`

/** Keys by which programs manage the account: a sign-in that ended may have left one, and a new password ends none. */
export function ManagementKeys() {
  const { managing: words, ...keyWords } = useWords().keys
  const { data } = useAsked<readonly ManagementKey[]>(PATH)
  const [ending, setEnding] = useState<ManagementKey>()
  const kept = data?.filter(({ revokedAt }) => revokedAt === null) ?? []
  if (kept.length === 0) return null
  const called = ({ name, hint }: ManagementKey) => name ?? hint
  return (
    <Section title={words.title}>
      <p className="faint">{words.lead}</p>
      <List
        caption={words.title}
        entries={kept}
        keyOf={({ id }) => id}
        columns={[
          { head: keyWords.name, cell: called },
          { head: keyWords.hint, cell: ({ hint }) => <code>{hint}</code> },
          { head: words.since, cell: ({ createdAt }) => <When at={createdAt} /> },
          {
            head: keyWords.acts,
            isActs: true,
            cell: (key) => (
              <IfMay right="run">
                <button type="button" className="plain grave" onClick={() => setEnding(key)}>
                  {keyWords.end}
                </button>
              </IfMay>
            ),
          },
        ]}
      />
      {ending !== undefined && (
        <Grave
          title={keyWords.endTitle(called(ending))}
          means={words.endMeans}
          act={keyWords.endAct(called(ending))}
          path={`${PATH}/${ending.id}`}
          onClose={() => setEnding(undefined)}
        />
      )}
    </Section>
  )
}
