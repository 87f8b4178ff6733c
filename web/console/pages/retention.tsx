import { Asked, Empty, List, Notice, Page, Section, Tag, When } from '../../parts/index.ts'
import type { Retention } from '../answers.ts'
import { useWords } from '../words/index.ts'

const LOOK_MS = 10_000
const DAY_MS = 86_400_000

/** The clock of retention: whether anything is late, how the jobs do, which days are there and when each goes. */
export function RetentionPage() {
  const words = useWords().retention
  return (
    <Page title={words.title} lead={words.lead}>
      <Asked<Retention> path="/operator/v1/retention" everyMs={LOOK_MS}>
        {(retention) => (
          <>
            <Lateness seconds={retention.late_seconds} />
            <Jobs jobs={retention.jobs} />
            <Days days={retention.days} />
            <Rules rules={retention.rules} />
          </>
        )}
      </Asked>
    </Page>
  )
}

function Lateness({ seconds }: { readonly seconds: number }) {
  const words = useWords().retention
  const span = seconds >= 7_200 ? words.hours(Math.floor(seconds / 3_600)) : words.minutes(Math.ceil(seconds / 60))
  return <Notice kind={seconds === 0 ? 'proven' : 'loss'}>{seconds === 0 ? words.onTime : words.late(span)}</Notice>
}

function Jobs({ jobs }: Pick<Retention, 'jobs'>) {
  const words = useWords().retention
  return (
    <Section title={words.jobs}>
      <p className="faint">{words.jobsMean}</p>
      {jobs.length === 0 ? (
        <Empty>{words.noJobs}</Empty>
      ) : (
        <List
          caption={words.jobs}
          entries={jobs}
          keyOf={({ name }) => name}
          columns={[
            { head: words.job, cell: ({ name }) => <code>{name}</code> },
            { head: words.state, cell: ({ state }) => <Tag {...(state === 'failing' ? { kind: 'bad' } : {})}>{words.states[state]}</Tag> },
            { head: words.lastRun, cell: (job) => (job.ended_at === null ? words.none : <When at={job.ended_at} isExact />) },
            { head: words.nextRun, cell: (job) => (job.next_at === null ? words.now : <When at={job.next_at} isExact />) },
            {
              head: words.error,
              cell: (job) =>
                job.failed_at === null ? (
                  words.none
                ) : (
                  <span className="row">
                    <code>{job.error_code}</code>
                    <When at={job.failed_at} />
                  </span>
                ),
            },
          ]}
        />
      )}
    </Section>
  )
}

function Days({ days }: Pick<Retention, 'days'>) {
  const words = useWords().retention
  const grouped = [...Map.groupBy(days, ({ day }) => day)]
  return (
    <Section title={words.days}>
      <p className="faint">{words.daysMean}</p>
      {grouped.length === 0 ? (
        <Empty>{words.noDays}</Empty>
      ) : (
        <List
          caption={words.days}
          entries={grouped}
          keyOf={([day]) => day}
          columns={[
            { head: words.day, cell: ([day]) => <time>{day}</time> },
            { head: words.tables, cell: ([, of]) => of.map(({ table }) => words.names[table] ?? table).join(', ') },
            { head: words.drops, cell: ([, [first]]) => first !== undefined && <Drop on={first.drops_on} /> },
          ]}
        />
      )}
    </Section>
  )
}

/** A day in UTC, at whose beginning something goes, and in how many days that is. */
function Drop({ on }: { readonly on: string }) {
  const words = useWords().retention
  const days = Math.max(0, Math.ceil((Date.parse(`${on}T00:00:00Z`) - Date.now()) / DAY_MS))
  return (
    <span className="row">
      <time>{on}</time>
      <span className="faint">{words.dropsIn(days)}</span>
    </span>
  )
}

function Rules({ rules }: Pick<Retention, 'rules'>) {
  const words = useWords().retention
  return (
    <Section title={words.rules}>
      <p className="faint">{words.rulesMean}</p>
      <List
        caption={words.rules}
        entries={rules}
        keyOf={({ table }) => table}
        columns={[
          { head: words.table, cell: ({ table }) => <code>{table}</code> },
          { head: words.kept, isNumber: true, cell: ({ days }) => words.keptDays(days) },
          { head: words.way, cell: ({ by }) => words.ways[by] },
        ]}
      />
    </Section>
  )
}
