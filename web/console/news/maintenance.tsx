import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { Asked, Empty, Field, List, Section, Tag, When } from '../../parts/index.ts'
import type { ListOf, Maintenance } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { timeOf } from './local-time.ts'

const PATH = '/operator/v1/status/maintenance'
const DAY_MS = 86_400_000

/** Work that is announced on the status page, a day ahead so that its minutes do not count against the service. */
export function MaintenanceSection() {
  const words = useWords().maintenance
  const may = useMay()
  const [isPlanning, setPlanning] = useState(false)
  return (
    <Section
      title={words.title}
      acts={
        may('house') && (
          <button type="button" onClick={() => setPlanning(true)}>
            {words.plan}
          </button>
        )
      }
    >
      <Asked<ListOf<Maintenance>> path={PATH}>
        {({ data }) => {
          const coming = data.filter(({ ends_at: end, cancelled_at: off }) => off === null && Date.parse(end) > Date.now())
          return coming.length === 0 ? <Empty>{words.none}</Empty> : <Coming works={coming} />
        }}
      </Asked>
      {isPlanning && <PlanMaintenance onClose={() => setPlanning(false)} />}
    </Section>
  )
}

function Coming({ works }: { readonly works: readonly Maintenance[] }) {
  const words = useWords().maintenance
  const may = useMay()
  const [ending, setEnding] = useState<Maintenance>()
  return (
    <>
      <List
        caption={words.title}
        entries={works}
        keyOf={({ id }) => id}
        columns={[
          { head: words.what, cell: ({ title }) => title },
          { head: words.from, cell: ({ starts_at: at }) => <When at={at} /> },
          { head: words.until, cell: ({ ends_at: at }) => <When at={at} /> },
          {
            head: words.counts,
            cell: ({ is_excluded: isExcluded }) => <Tag kind={isExcluded ? 'good' : 'todo'}>{isExcluded ? words.left : words.counted}</Tag>,
          },
          {
            head: words.doings,
            isActs: true,
            cell: (work) =>
              may('house') && (
                <button type="button" className="plain" onClick={() => setEnding(work)}>
                  {words.callOff}
                </button>
              ),
          },
        ]}
      />
      {ending !== undefined && (
        <ActDialog
          title={words.callOffTitle(ending.title)}
          act={words.callOff}
          isGrave
          onClose={() => setEnding(undefined)}
          run={(_, once) => call(`${PATH}/${ending.id}`, { method: 'DELETE', once })}
        >
          {() => <p>{words.callOffMeans}</p>}
        </ActDialog>
      )}
    </>
  )
}

function PlanMaintenance({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().maintenance
  const [from, setFrom] = useState('')
  const isLate = from !== '' && Date.parse(from) < Date.now() + DAY_MS
  return (
    <ActDialog
      title={words.plan}
      act={words.planAct}
      fields={['title', 'starts_at', 'ends_at']}
      onClose={onClose}
      run={({ title, starts_at: startsAt, ends_at: endsAt }, once) =>
        call(PATH, { method: 'POST', body: { title, starts_at: timeOf(startsAt), ends_at: timeOf(endsAt) }, once })
      }
    >
      {(wrong) => (
        <>
          <Field label={words.what} hint={words.whatHint} name="title" maxLength={200} required autoFocus wrong={wrong('title')} />
          <div className="pair">
            <Field
              label={words.from}
              hint={words.ownTime}
              name="starts_at"
              type="datetime-local"
              required
              value={from}
              onChange={(event) => setFrom(event.target.value)}
              wrong={wrong('starts_at')}
            />
            <Field label={words.until} name="ends_at" type="datetime-local" required wrong={wrong('ends_at')} />
          </div>
          <p className={isLate ? 'bad' : 'faint'}>{isLate ? words.willCount : words.aDayAhead}</p>
        </>
      )}
    </ActDialog>
  )
}
