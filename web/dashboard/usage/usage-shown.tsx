import { useMemo } from 'react'
import { nanoOf, showCount, showUsd, usdOf } from '../../lib/money.ts'
import { type Day, DayChart, Empty, Figure, List, Money, Section, Segments, useAsked } from '../../parts/index.ts'
import type { Member, OwnKey } from '../answers.ts'
import { SaveButton } from '../save-button.tsx'
import { nameOfMember } from '../team/about-member.ts'
import { useWords } from '../words/index.ts'
import type { Range, UsageSearch } from './range.ts'
import { breakDown, csvOf, type DayUsed, MEASURES, type Measure, PARTS, type PartOf, shareOf, sumUsed, type UsedSum } from './sums.ts'

type About = {
  readonly search: UsageSearch
  readonly range: Range
  readonly used: readonly DayUsed[]
  readonly onChange: (changed: UsageSearch) => void
}

/** The figures of the days that were chosen, one chart of them, and what they are made of. */
export function UsageShown({ search, range, used, onChange }: About) {
  const words = useWords().usage
  const chosen = used.filter(
    ({ model, keyId, memberId }) =>
      (search.model ?? model) === model && (search.keyId ?? keyId) === keyId && (search.member ?? memberId) === memberId,
  )
  const now = chosen.filter(({ day }) => day >= range.from)
  const before = sumUsed(chosen.filter(({ day }) => day < range.from))
  const of = MEASURES.find((one) => one === search.of) ?? 'cost'
  if (now.length === 0)
    return (
      <Empty>
        <span>
          {words.none} {words.noneAct}
        </span>
        <a className="button" href="/dashboard/setup">
          {words.setUp}
        </a>
      </Empty>
    )
  return (
    <>
      <Figures sum={sumUsed(now)} before={range.before === undefined ? undefined : before} />
      <Section
        title={words.perDay[of]}
        acts={
          <Segments
            label={words.of}
            value={of}
            choices={MEASURES.map((one) => ({ value: one, shown: words.measures[one] }))}
            onChange={(value) => onChange({ of: value === 'cost' ? '' : value })}
          />
        }
      >
        <ChartOf of={of} days={range.days} used={now} />
      </Section>
      <Parts search={search} used={now} onChange={onChange} />
    </>
  )
}

function Figures({ sum, before }: { readonly sum: UsedSum; readonly before: UsedSum | undefined }) {
  const words = useWords().usage
  const paid = (one: UsedSum) => usdOf(one.cost)
  return (
    <div className="cards">
      <Figure name={words.cost} note={before === undefined ? undefined : words.against(showUsd(paid(before)))}>
        <Money usd={paid(sum)} />
      </Figure>
      {sum.covered > 0n && (
        <Figure name={words.covered}>
          <Money usd={usdOf(sum.covered)} />
        </Figure>
      )}
      <Figure name={words.calls} note={before === undefined ? undefined : words.against(showCount(before.requests))}>
        {showCount(sum.requests)}
      </Figure>
      <Figure name={words.tokensIn}>{showCount(sum.inputTokens)}</Figure>
      <Figure name={words.tokensOut}>{showCount(sum.outputTokens)}</Figure>
    </div>
  )
}

const SHOW: Readonly<Record<Measure, (figure: number) => string>> = {
  cost: (usd) => `$${usd === 0 ? '0' : usd < 0.01 ? usd.toPrecision(2) : usd.toFixed(2)}`,
  requests: showCount,
  tokens: showCount,
}

function ChartOf({ of, days, used }: { readonly of: Measure; readonly days: readonly string[]; readonly used: readonly DayUsed[] }) {
  const words = useWords().usage
  const drawn = useMemo(() => {
    const byDay = Map.groupBy(used, ({ day }) => day)
    return days.map((day) => dayOfSum(day, of, sumUsed(byDay.get(day) ?? [])))
  }, [of, days, used])
  return (
    <DayChart title={words.perDay[of]} days={drawn} dayHead={words.day} figureHead={words.measures[of]} show={SHOW[of]} isTitled={false} />
  )
}

function dayOfSum(day: string, of: Measure, sum: UsedSum): Day {
  if (of === 'requests') return { day, figure: sum.requests, shown: showCount(sum.requests) }
  const tokens = sum.inputTokens + sum.outputTokens
  if (of === 'tokens') return { day, figure: tokens, shown: showCount(tokens) }
  const usd = usdOf(sum.cost)
  return { day, figure: Number(usd), shown: <Money usd={usd} /> }
}

/** What the days are made of, by model, by key or in a team by member; a row leads to its own days. */
function Parts({ search, used, onChange }: Pick<About, 'search' | 'used' | 'onChange'>) {
  const words = useWords().usage
  const names = usePartNames()
  const { data: members = [] } = useAsked<readonly Member[]>('/api/team/members')
  const by = PARTS.find((one) => one === search.by) ?? 'model'
  const offered = PARTS.filter((one) => one !== 'memberId' || one === by || members.length > 1)
  const whole = used.reduce((sum, one) => sum + nanoOf(one.cost) + nanoOf(one.covered), 0n)
  return (
    <Section
      title={words.by}
      acts={
        <>
          <Segments
            label={words.by}
            value={by}
            choices={offered.map((one) => ({ value: one, shown: words.bys[one] }))}
            onChange={(value) => onChange({ by: value === 'model' ? '' : value })}
          />
          <SaveButton label={words.csv} name="usage.csv" type="text/csv" text={() => csvOf(used, names.keyId)} />
        </>
      }
    >
      <List
        caption={words.by}
        entries={breakDown(used, by)}
        keyOf={([name]) => name}
        onOpen={([name]) => onChange({ [SEARCHED[by]]: name })}
        columns={[
          { head: words.bys[by], cell: ([name]) => <span className="clip">{names[by](name)}</span> },
          { head: words.calls, isNumber: true, cell: ([, sum]) => showCount(sum.requests) },
          { head: words.tokensIn, isNumber: true, isMinor: true, cell: ([, sum]) => showCount(sum.inputTokens) },
          { head: words.tokensOut, isNumber: true, isMinor: true, cell: ([, sum]) => showCount(sum.outputTokens) },
          { head: words.cost, isNumber: true, cell: ([, sum]) => <Money usd={usdOf(sum.cost)} /> },
          { head: words.share, isNumber: true, cell: ([, sum]) => shareOf(sum.cost + sum.covered, whole) },
          {
            head: words.requests,
            isActs: true,
            cell: ([name]) => <a href={`/dashboard/requests?${SEARCHED[by]}=${encodeURIComponent(name)}`}>{words.requests}</a>,
          },
        ]}
      />
    </Section>
  )
}

/** Under which name the address has a part. */
const SEARCHED: Readonly<Record<PartOf, keyof UsageSearch>> = { model: 'model', keyId: 'keyId', memberId: 'member' }

/** What models, keys and members are called. */
function usePartNames(): Readonly<Record<PartOf, (name: string) => string>> {
  const words = useWords().usage
  const { numbered } = useWords().team
  const { data: keys = [] } = useAsked<readonly OwnKey[]>('/api/keys')
  const { data: members = [] } = useAsked<readonly Member[]>('/api/team/members')
  const memberOf = (id: string) => {
    const member = members.find((one) => one.id === id)
    if (id === '') return words.noMember
    return member === undefined ? words.goneMember : nameOfMember(member, numbered)
  }
  return {
    model: (name) => name,
    keyId: (id) => keys.find((key) => key.id === id)?.name ?? `${words.endedKey} ${id.slice(0, 8)}`,
    memberId: memberOf,
  }
}
