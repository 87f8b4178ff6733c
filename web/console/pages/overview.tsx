import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { nanoOf, showCount, showUsd, sumUsd } from '../../lib/money.ts'
import { Asked, DayChart, Empty, Figure, Money, Notice, Page, Section, Tag, When } from '../../parts/index.ts'
import type { Overview, Setup } from '../answers.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

const EVERY_MS = 30_000
const NANO = 1e9
const PERCENT = 100

/** How the house does, and what needs a hand first. */
export function OverviewPage() {
  const words = useWords().overview
  const may = useMay()
  return (
    <Page title={words.title}>
      <Asked<Overview> path="/operator/v1/overview" everyMs={EVERY_MS}>
        {(overview) => (
          <>
            <Concerns overview={overview} />
            {may('house') && <Asked<Setup> path="/operator/v1/setup">{(setup) => <SetUp setup={setup} />}</Asked>}
            <Earned overview={overview} />
            <Served overview={overview} />
            <Section title={words.byDay}>
              <EarnedByDay overview={overview} />
            </Section>
            <Standing overview={overview} />
          </>
        )}
      </Asked>
    </Page>
  )
}

/** What is left of the set-up, until every step is done or left for later. */
function SetUp({ setup: { steps } }: { readonly setup: Setup }) {
  const words = useWords().overview
  if (steps.every(({ state }) => state !== 'open')) return null
  return (
    <Notice kind="todo">
      <span>{words.setUp(steps.filter(({ state }) => state === 'done').length, steps.length)}</span>
      <Link className="button" to="/setup">
        {words.goOn}
      </Link>
    </Notice>
  )
}

type About = { readonly overview: Overview }

/** Where each concern is seen to. */
const PLACES: Readonly<Record<Overview['concerns'][number]['kind'], string>> = {
  books_broken: '/books',
  accounts_frozen: '/books',
  overdue_settlements: '/books',
  reconciliation_alarms: '/books',
  privacy_late: '/requests',
  support_late: '/support',
  incidents_open: '/incidents',
  key_alarms: '/alarms',
  upstreams_open: '/upstreams',
  payment_problems: '/waiting',
  credits_waiting: '/waiting',
  refunds_asked: '/refunds',
  models_unpriced: '/models',
  privacy_open: '/requests',
  support_open: '/support',
}
const GRAVE = [
  'books_broken',
  'accounts_frozen',
  'reconciliation_alarms',
  'privacy_late',
  'support_late',
  'overdue_settlements',
  'incidents_open',
]

function Concerns({ overview: { concerns } }: About) {
  const words = useWords().overview
  if (concerns.length === 0)
    return (
      <Notice kind="proven">
        <span>{words.nothingWaits}</span>
      </Notice>
    )
  return (
    <Section title={words.needsHand}>
      <ul className="plain-list">
        {concerns.map(({ kind, count, since }) => (
          <li key={kind} className="concern">
            <Tag kind={GRAVE.includes(kind) ? 'bad' : 'todo'}>{showCount(count)}</Tag>
            <span>
              <Link to={PLACES[kind]}>{words.concerns[kind]}</Link>
              {since !== null && (
                <span className="faint">
                  {' '}
                  {words.since} <When at={since} />
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

const revenueOf = ({ charged, covered }: Overview['today']): string => sumUsd([charged, covered])

function Earned({ overview }: About) {
  const words = useWords().overview
  const { today, last_7_days: week, last_30_days: month } = overview
  const spans = (of: (sum: Overview['today']) => string) => words.spans(showUsd(of(week)), showUsd(of(month)))
  return (
    <div className="cards">
      <Figure name={words.revenue} note={spans(revenueOf)}>
        <Money usd={revenueOf(today)} />
      </Figure>
      <Figure name={words.cost} note={spans((sum) => sum.upstream_cost)}>
        <Money usd={today.upstream_cost} />
      </Figure>
      <Figure name={words.margin} note={spans((sum) => sum.margin)}>
        <span className={today.margin.startsWith('-') ? 'bad' : ''}>
          <Money usd={today.margin} />
        </span>
      </Figure>
    </div>
  )
}

function Served({ overview: { calls } }: About) {
  const words = useWords().overview
  const { last_hour: hour, last_day: day } = calls
  const share = (part: number, whole: number) => (whole === 0 ? '–' : `${((part / whole) * PERCENT).toFixed(part === 0 ? 0 : 2)} %`)
  const millis = (figure: number | null) => (figure === null ? '–' : `${showCount(figure)} ms`)
  return (
    <div className="cards">
      <Figure name={words.callsHour} note={words.lastDay(showCount(day.calls))}>
        {showCount(hour.calls)}
      </Figure>
      <Figure name={words.failedHour} note={words.failedOf(showCount(hour.failed), share(day.failed, day.calls))}>
        {share(hour.failed, hour.calls)}
      </Figure>
      <Figure name={words.latency} note={words.p95(millis(hour.latency_ms_p95), millis(day.latency_ms_median))}>
        {millis(hour.latency_ms_median)}
      </Figure>
    </div>
  )
}

const shortUsd = (figure: number): string => `$${figure === 0 ? 0 : Number(figure.toPrecision(2))}`

function EarnedByDay({ overview: { days } }: About) {
  const words = useWords().overview
  const drawn = useMemo(
    () =>
      days.map((day) => ({
        day: day.day,
        figure: Number(nanoOf(revenueOf(day))) / NANO,
        shown: <Money usd={revenueOf(day)} />,
        line: Number(nanoOf(day.upstream_cost)) / NANO,
        lineShown: <Money usd={day.upstream_cost} />,
      })),
    [days],
  )
  if (days.every(({ calls }) => calls === 0)) return <Empty>{words.noCalls}</Empty>
  return <DayChart title={words.chart} dayHead={words.day} figureHead={words.revenue} lineHead={words.cost} show={shortUsd} days={drawn} />
}

function Standing({ overview: { standing, books } }: About) {
  const words = useWords().overview
  return (
    <Section title={words.standing} acts={<Link to="/books">{words.toBooks}</Link>}>
      <div className="cards">
        <Figure name={words.paidIn} note={words.paidInNote}>
          <Money usd={standing.paid_in} />
        </Figure>
        <Figure name={words.credit} note={words.creditNote(showCount(standing.accounts))}>
          <Money usd={standing.credit} />
        </Figure>
        <Figure name={words.owed} note={words.owedNote}>
          <Money usd={standing.owed} />
        </Figure>
        <Figure name={words.books} note={books.audited_at === null ? words.notAudited : <When at={books.audited_at} />}>
          <span className={books.ok ? 'good' : 'bad'}>{books.ok ? words.agree : words.differ}</span>
        </Figure>
      </div>
    </Section>
  )
}
