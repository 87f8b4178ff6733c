import { type Database, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'
import type { ReportingKind } from '../spec/index.ts'
import { readAnthropicReport } from './anthropic-report.ts'
import { type Comparison, type Difference, type Figures, sidesOf } from './difference.ts'
import { readOpenaiReport } from './openai-report.ts'
import { type ReadPage, type ReadReport, ReportError, type ReportPlace } from './provider-report.ts'
import { isBeyondTolerance, LATE_AFTER_MS } from './tolerance.ts'

/** Upstreams that one report tells of, as they share an address and a key that reads it. */
export type ReportSource = ReportPlace & {
  readonly kind: ReportingKind
  readonly upstreams: readonly { readonly serial: number; readonly id: string }[]
}

/** Kinds of upstream that offer a report of their own, and how it is read. */
const READERS: Readonly<Record<ReportingKind, ReadReport>> = { openai: readOpenaiReport, anthropic: readAnthropicReport }

/** Which day, when, and how pages are asked for. */
export type AskedDay = { readonly day: string; readonly now: number; readonly readPage: ReadPage }

const DAY_MS = 86_400_000

/** Our calls of a day through some upstreams against what their provider reports, by model. Never throws for what a provider does. */
export async function compareProvider(database: Database, source: ReportSource, asked: AskedDay): Promise<Comparison> {
  const ours = await ownFigures(database, source, asked.day)
  const sum = [...ours.values()].reduce((total, figures) => total + (figures.amount ?? 0n), 0n)
  const compared = { part: 'provider', source: source.upstreams.map(({ id }) => id).join('+'), ours: sum } as const
  const report = await readOrExplain(source, asked)
  const isLate = asked.now - (Date.parse(asked.day) + DAY_MS) > LATE_AFTER_MS
  const nothing = { theirs: 0n, over: 0n, under: 0n, loss: 0n, differences: [] } as const
  if (report instanceof ReportError) {
    const state = report.isUnreadable ? ('unreadable' as const) : ('missing' as const)
    return { ...compared, ...nothing, report: state, reportCode: report.code, isAlarming: report.isUnreadable || isLate }
  }
  const theirs = byFamily(report)
  const hasCalls = [...ours.values()].some((figures) => (figures.input ?? 0) + (figures.output ?? 0) > 0)
  // A provider that has not counted yet says nothing; only later does that mean that it saw no call.
  if (theirs.size === 0 && hasCalls && !isLate)
    return { ...compared, ...nothing, report: 'missing', reportCode: 'EMPTY', isAlarming: false }
  const differences = differencesOf(ours, theirs)
  const { over, under } = sidesOf(differences)
  return {
    ...{ ...compared, report: 'read', reportCode: undefined, over, under, differences },
    theirs: [...theirs.values()].reduce((total, figures) => total + (figures.amount ?? 0n), 0n),
    // What they charge beyond what we booked is paid by nobody else.
    loss: under,
    isAlarming: isBeyondTolerance(differences, sum, { over, under }),
  }
}

async function readOrExplain(source: ReportSource, { day, readPage }: AskedDay): Promise<ReadonlyMap<string, Figures> | ReportError> {
  try {
    return await READERS[source.kind](source, day, readPage)
  } catch (thrown) {
    if (thrown instanceof ReportError) return thrown
    throw thrown
  }
}

/** Our figures, and how many calls they are of whose cost nobody knows. */
type OwnFigures = Figures & { readonly calls: number }
type OwnRow = {
  readonly model: string
  readonly calls: bigint
  readonly input: bigint
  readonly output: bigint
  readonly cost: NanoUsd
  readonly uncosted: bigint
}

/** Calls by the day they were let in, as the provider counts them, with those whose rows went before their day did; what was told where a usage was cut is what it charges by. */
async function ownFigures(database: Database, source: ReportSource, day: string): Promise<ReadonlyMap<string, OwnFigures>> {
  const rows = await database.query<OwnRow>(sql`
    with counted as (
      select route.upstream_model as model, upstream_cost,
        coalesce(reported_input::bigint, input::bigint + cache_read + cache_write_5m + cache_write_1h + coalesce(more[1], 0)
          + coalesce(more[2], 0) + coalesce(more[5], 0)) as input,
        coalesce(reported_output::bigint, output::bigint + coalesce(more[3], 0) + coalesce(more[4], 0)) as output
      from usage_event join route on route.serial = usage_event.route_serial
      where usage_event.day = ${day}::date and route.upstream_serial = any(${source.upstreams.map(({ serial }) => serial)}::integer[])
    ), told as (
      select model, count(*) filter (where input + output > 0 or upstream_cost > 0) as calls, sum(input) as input, sum(output) as output,
        coalesce(sum(upstream_cost), 0) as cost, count(*) filter (where upstream_cost is null and input + output > 0) as uncosted
      from counted group by model
      union all
      select route.upstream_model, counted_calls, input, output, purged_route.cost, uncosted_calls
      from purged_route join route on route.serial = purged_route.route_serial
      where purged_route.day = ${day}::date and route.upstream_serial = any(${source.upstreams.map(({ serial }) => serial)}::integer[])
    )
    select model, sum(calls)::bigint as calls, sum(input)::bigint as input, sum(output)::bigint as output, sum(cost)::bigint as cost,
      sum(uncosted)::bigint as uncosted
    from told group by model`)
  const told = rows.map(({ model, calls, input, output, cost, uncosted }): readonly [string, OwnFigures] => [
    model,
    { calls: Number(calls), input: Number(input), output: Number(output), amount: uncosted > 0n ? undefined : cost },
  ])
  return byFamily(new Map(told))
}

/** A provider may report the dated name of a model that was called by its undated one; they are compared without the date. */
const familyOf = (model: string): string => model.replace(/-(?:20\d\d-[01]\d-[0-3]\d|20\d\d[01]\d[0-3]\d)$/, '')

function byFamily<F extends Figures>(figures: ReadonlyMap<string, F>): ReadonlyMap<string, F> {
  const families = new Map<string, F>()
  for (const [model, more] of figures) {
    const known = families.get(familyOf(model))
    families.set(familyOf(model), known === undefined ? more : { ...more, ...sum(known, more) })
  }
  return families
}

const sum = (a: Figures, b: Figures): Figures => ({
  calls: a.calls === undefined || b.calls === undefined ? undefined : a.calls + b.calls,
  input: a.input === undefined || b.input === undefined ? undefined : a.input + b.input,
  output: a.output === undefined || b.output === undefined ? undefined : a.output + b.output,
  amount: a.amount === undefined || b.amount === undefined ? undefined : a.amount + b.amount,
})

const NO_FIGURES: Figures & { readonly calls: number } = { calls: 0, input: 0, output: 0, amount: 0n }

function differencesOf(ours: ReadonlyMap<string, OwnFigures>, theirs: ReadonlyMap<string, Figures>): readonly Difference[] {
  const names = [...new Set([...ours.keys(), ...theirs.keys()])].toSorted()
  return names.flatMap((name) => {
    const pair = { ours: ours.get(name) ?? NO_FIGURES, theirs: theirs.get(name) ?? NO_FIGURES }
    const side = sideOf(pair)
    return side === undefined ? [] : [{ name, side, ...pair }]
  })
}

type Pair = { readonly ours: OwnFigures; readonly theirs: Figures }

function sideOf({ ours, theirs }: Pair): Difference['side'] | undefined {
  const money = moneyApart({ ours, theirs })
  if (money !== 0n) return money > 0n ? 'over' : 'under'
  const tokens = moreBy(ours.input, theirs.input) || moreBy(ours.output, theirs.output)
  if (tokens === 0) return undefined
  return tokens > 0 ? 'over' : 'under'
}

/** What only one side tells is no difference. */
const moreBy = (ours: number | undefined, theirs: number | undefined): number =>
  ours === undefined || theirs === undefined ? 0 : ours - theirs

/** We round each call up to a nano-dollar, so our sum may be that much above one that is rounded once; nothing else is let pass. */
function moneyApart({ ours, theirs }: Pair): NanoUsd {
  if (ours.amount === undefined || theirs.amount === undefined) return 0n
  const apart = ours.amount - theirs.amount
  const isSameUse = moreBy(ours.input, theirs.input) === 0 && moreBy(ours.output, theirs.output) === 0
  return isSameUse && apart > 0n && apart <= BigInt(ours.calls) ? 0n : apart
}
