import { useMemo } from 'react'
import { showCount, sumUsd } from '../../lib/money.ts'
import { Asked, type Day, DayChart, Empty, Figure, List, Money, Section, When } from '../../parts/index.ts'
import type { CallPage, DaysUsed, OwnKeyDetails } from '../answers.ts'
import { OutcomeTag } from '../requests/outcome-tag.tsx'
import { useWords } from '../words/index.ts'

const DAYS = 30
const DAY_MS = 86_400_000
const RECENT = 10

/** The last 30 UTC days, today with them, oldest first. */
const lastDays = (now: number): readonly string[] =>
  Array.from({ length: DAYS }, (_, index) => new Date(now - (DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10))

/** What a key spent day by day, and its newest calls. */
export function KeyUsage({ apiKey }: { readonly apiKey: OwnKeyDetails }) {
  const days = useMemo(() => lastDays(Date.now()), [])
  const query = new URLSearchParams({ keyId: apiKey.id, startDate: days[0] ?? '', endDate: days.at(-1) ?? '' })
  return (
    <>
      <Asked<DaysUsed> path={`/api/usage/by-day?${query.toString()}`}>
        {(used) => <Spent apiKey={apiKey} days={days} used={used.days} />}
      </Asked>
      <Recent apiKey={apiKey} />
    </>
  )
}

type About = { readonly apiKey: OwnKeyDetails; readonly days: readonly string[]; readonly used: DaysUsed['days'] }

function Spent({ apiKey, days, used }: About) {
  const { one: words, ...all } = useWords().keys
  const lastDay = used.at(-1)?.day ?? apiKey.lastUsedAt?.slice(0, 10)
  return (
    <>
      <div className="cards">
        <Figure name={words.spent30}>
          <Money usd={sumUsd(used.map(({ cost }) => cost))} />
        </Figure>
        <Figure name={words.calls30}>{showCount(used.reduce((sum, { requests }) => sum + requests, 0))}</Figure>
        <Figure name={all.lastUsed}>{lastDay === undefined ? all.never : <time>{lastDay}</time>}</Figure>
      </div>
      <Section title={words.perDay} acts={<a href={`/dashboard/usage?keyId=${apiKey.id}`}>{words.allUsage}</a>}>
        {used.length === 0 ? <NoCalls /> : <ByDay days={days} used={used} />}
      </Section>
    </>
  )
}

function NoCalls() {
  const { one: words } = useWords().keys
  return (
    <Empty>
      <span>{words.noCalls}</span>
      <a className="button" href="/dashboard/setup">
        {words.try}
      </a>
    </Empty>
  )
}

const showFigure = (usd: number): string => `$${usd === 0 ? '0' : usd < 0.01 ? usd.toPrecision(2) : usd.toFixed(2)}`

function ByDay({ days, used }: Omit<About, 'apiKey'>) {
  const { one: words } = useWords().keys
  const drawn = useMemo(() => {
    const byDay = Map.groupBy(used, ({ day }) => day)
    return days.map((day): Day => {
      const cost = sumUsd((byDay.get(day) ?? []).map((one) => one.cost))
      return { day, figure: Number(cost), shown: <Money usd={cost} /> }
    })
  }, [days, used])
  return <DayChart title={words.perDay} days={drawn} dayHead={words.day} figureHead={words.cost} show={showFigure} isTitled={false} />
}

function Recent({ apiKey }: { readonly apiKey: OwnKeyDetails }) {
  const { keys, requests } = useWords()
  const { one: words } = keys
  const all = `/dashboard/requests?keyId=${apiKey.id}`
  return (
    <Asked<CallPage> path={`/api/requests?keyId=${apiKey.id}&limit=${RECENT}`} everyMs={10_000}>
      {({ data }) =>
        data.length > 0 && (
          <Section title={words.recent} acts={<a href={all}>{words.allCalls}</a>}>
            <List
              caption={words.recent}
              entries={data}
              keyOf={({ request_id: id }) => id}
              columns={[
                { head: requests.at, cell: (call) => <When at={call.at} isExact /> },
                { head: requests.model, cell: (call) => <span className="clip">{call.model}</span> },
                { head: requests.outcome, cell: (call) => <OutcomeTag call={call} /> },
                {
                  head: requests.cost,
                  isNumber: true,
                  cell: (call) => (call.covered === null ? <Money usd={call.cost} /> : requests.byPlan),
                },
                { head: requests.acts, isActs: true, cell: (call) => <a href={`${all}&open=${call.request_id}`}>{requests.acts}</a> },
              ]}
            />
          </Section>
        )
      }
    </Asked>
  )
}
