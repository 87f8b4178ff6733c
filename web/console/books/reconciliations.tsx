import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { nanoOf } from '../../lib/money.ts'
import { Asked, Dialog, Empty, List, Money, Section, Tag, usePartWords, When } from '../../parts/index.ts'
import type { ReconciledDay } from '../answers.ts'
import { ActButton } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** What others tell of closed days: rows of calls, payment rails, providers' own reports. */
export function Reconciliations() {
  const words = useWords().books
  const [opened, setOpened] = useState<ReconciledDay>()
  return (
    <Section title={words.days}>
      <p className="faint">{words.daysMean}</p>
      <Asked<{ readonly data: readonly ReconciledDay[] }> path="/operator/v1/reconciliations?limit=35">
        {({ data }) =>
          data.length === 0 ? (
            <Empty>{words.noDays}</Empty>
          ) : (
            <List
              caption={words.days}
              entries={data}
              keyOf={({ day }) => day}
              onOpen={setOpened}
              columns={[
                {
                  head: words.day,
                  cell: (day) => (
                    <button type="button" className="plain" onClick={() => setOpened(day)}>
                      <time>{day.day}</time>
                    </button>
                  ),
                },
                { head: words.state, cell: (day) => <DayState day={day} /> },
                { head: words.over, isNumber: true, cell: ({ over }) => <Money usd={over} /> },
                { head: words.under, isNumber: true, cell: ({ under }) => <Money usd={under} /> },
                { head: words.loss, isNumber: true, cell: ({ loss }) => <Loss usd={loss} /> },
                { head: words.at, cell: (day) => <When at={day.checked_at} /> },
              ]}
            />
          )
        }
      </Asked>
      {opened !== undefined && <OpenedDay day={opened} onClose={() => setOpened(undefined)} />}
    </Section>
  )
}

const Loss = ({ usd }: { readonly usd: string }) => (
  <span className={nanoOf(usd) > 0n ? 'bad' : 'faint'}>
    <Money usd={usd} />
  </span>
)

function DayState({ day }: { readonly day: Pick<ReconciledDay, 'state' | 'is_alarming'> }) {
  const words = useWords().books
  const kind = day.is_alarming ? 'bad' : day.state === 'agrees' ? 'good' : 'todo'
  return <Tag kind={kind}>{words.states[day.state]}</Tag>
}

function OpenedDay({ day, onClose }: { readonly day: ReconciledDay; readonly onClose: () => void }) {
  const words = useWords().books
  const { close } = usePartWords()
  const may = useMay()
  return (
    <Dialog title={words.dayTitle(day.day)} onClose={onClose} isWide>
      <List
        caption={words.dayTitle(day.day)}
        entries={day.comparisons}
        keyOf={({ part, source }) => `${part}-${source}`}
        columns={[
          { head: words.with, cell: ({ part, source }) => `${words.parts[part]}: ${source}` },
          {
            head: words.report,
            cell: ({ report, report_code: code }) => (code === null ? words.reports[report] : `${words.reports[report]} (${code})`),
          },
          { head: words.ours, isNumber: true, cell: ({ ours }) => <Money usd={ours} /> },
          { head: words.theirs, isNumber: true, cell: ({ theirs }) => <Money usd={theirs} /> },
          { head: words.loss, isNumber: true, cell: ({ loss }) => <Loss usd={loss} /> },
          {
            head: words.differ,
            isNumber: true,
            cell: ({ over_list: over, under_list: under }) => [...over, ...under].map(({ name }) => name).join(', ') || '–',
          },
        ]}
      />
      <div className="answers">
        {may('money') && (
          <ActButton
            name={words.again}
            run={async () => {
              await call(`/operator/v1/reconciliations/${day.day}`, { method: 'POST' })
              onClose()
            }}
          />
        )}
        <button type="button" className="main" onClick={onClose}>
          {close}
        </button>
      </div>
    </Dialog>
  )
}
