import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { Asked, Empty, List, Section, Tag, When } from '../../parts/index.ts'
import type { ListOf, Scheduled } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { Pair } from './diff.tsx'

/** All that is to change of what customers pay, and the way to withdraw it. */
export function ScheduledChanges() {
  const words = useWords().prices
  return (
    <Section title={words.scheduled}>
      <Asked<ListOf<Scheduled>> path="/operator/v1/prices/scheduled">
        {({ data }) => (data.length === 0 ? <Empty>{words.noScheduled}</Empty> : <Changes changes={data} />)}
      </Asked>
    </Section>
  )
}

function Changes({ changes }: { readonly changes: readonly Scheduled[] }) {
  const words = useWords().prices
  const may = useMay()
  const [gone, setGone] = useState<Scheduled>()
  return (
    <>
      <List
        caption={words.scheduled}
        entries={changes}
        keyOf={({ noun, id }) => `${noun} ${id}`}
        columns={[
          {
            head: words.name,
            cell: ({ noun, name }) => (
              <>
                {words.noun[noun]} <code>{name}</code>
              </>
            ),
          },
          { head: words.change, cell: (change) => <Told change={change} /> },
          { head: words.from, cell: ({ effective_at: at }) => <When at={at} isDay /> },
          { head: words.notice, isNumber: true, cell: ({ notice_days: days }) => words.days(days) },
          {
            head: words.doings,
            isActs: true,
            cell: (change) =>
              change.source === 'file' ? (
                <span className="faint">{words.ofFile}</span>
              ) : (
                may('money') && (
                  <button type="button" className="plain grave" onClick={() => setGone(change)}>
                    {words.withdraw}
                  </button>
                )
              ),
          },
        ]}
      />
      {gone !== undefined && (
        <ActDialog
          title={words.withdrawTitle(gone.name)}
          act={words.withdrawAct}
          isGrave
          onClose={() => setGone(undefined)}
          run={() => call(doorOf(gone), { method: 'DELETE' })}
        >
          {() => <p>{words.withdrawMeans}</p>}
        </ActDialog>
      )}
    </>
  )
}

const doorOf = ({ noun, name, id }: Scheduled): string =>
  noun === 'model' ? `/operator/v1/prices/${id}` : `/operator/v1/plans/${encodeURIComponent(name)}/changes/${id}`

function Told({ change }: { readonly change: Scheduled }) {
  const words = useWords().prices
  return (
    <span className="row">
      {change.noun === 'plan' ? (
        <span className="figure nowrap">
          × {change.before} → × {change.after}
        </span>
      ) : (
        <span>
          <Pair old={change.before?.input} now={change.after.input} /> · <Pair old={change.before?.output} now={change.after.output} />
        </span>
      )}
      {change.is_rise && <Tag kind="todo">{words.rise}</Tag>}
    </span>
  )
}
