import { countAlarms } from '../abuse/index.ts'
import { listModels, listUpstreams } from '../catalog/index.ts'
import { listOverdue } from '../ledger/index.ts'
import { utcDayOf } from '../lib/index.ts'
import { countPending, countProblems, countWishes } from '../payments/index.ts'
import { watchDays } from '../reconcile/index.ts'
import { countOpenIncidents } from '../status/index.ts'
import { CONCERNS } from './contract/index.ts'
import type { ApiDependencies } from './dependencies.ts'

/** Something that needs a hand: how much of it, and since when the oldest waits where that is known. */
export type Concern = { readonly kind: (typeof CONCERNS)[number]; readonly count: number; readonly since: string | null }

/** What is asked for what needs a hand. */
export type ConcernParts = Pick<ApiDependencies, 'appDatabase' | 'upstreamHealth' | 'rights' | 'support'>
type Seen = { readonly now: number; readonly isOk: boolean; readonly frozen: number }

const RECONCILED_DAYS = 7
const OVERDUE_MS = 900_000

/** What needs a hand, the most pressing first; what does not is left out. */
export async function listConcerns(dependencies: ConcernParts, { now, isOk, frozen }: Seen): Promise<readonly Concern[]> {
  const { appDatabase, rights, support } = dependencies
  const [{ requests, erasures }, asked] = [await rights.counts(), await support.count()]
  const [problems, pending] = [await countProblems(appDatabase), await countPending(appDatabase)]
  const wishes = await countWishes(appDatabase)
  const overdue = await listOverdue(appDatabase, { now, afterMs: OVERDUE_MS })
  const [incidents, keys] = [await countOpenIncidents(appDatabase), await countAlarms(appDatabase, now)]
  const { alarms } = await watchDays(appDatabase, utcDayOf(now) - RECONCILED_DAYS)
  const since = (at: Date | number | undefined) => (at === undefined ? null : new Date(at).toISOString())
  const found: Readonly<Record<Concern['kind'], Omit<Concern, 'kind'>>> = {
    books_broken: { count: isOk ? 0 : 1, since: null },
    accounts_frozen: { count: frozen, since: null },
    overdue_settlements: { count: overdue.length, since: since(overdue[0]?.since) },
    reconciliation_alarms: { count: alarms, since: null },
    privacy_late: { count: requests.late + erasures.late, since: null },
    support_late: { count: asked.late, since: null },
    incidents_open: { count: incidents.open, since: since(incidents.since) },
    key_alarms: { count: keys.open, since: since(keys.since) },
    upstreams_open: { count: await countOpenUpstreams(dependencies), since: null },
    payment_problems: { count: problems.open, since: since(problems.since) },
    credits_waiting: { count: pending.open, since: since(pending.since) },
    refunds_asked: { count: wishes.open, since: since(wishes.since) },
    models_unpriced: { count: await countUnpriced(dependencies), since: null },
    privacy_open: { count: requests.open - requests.late, since: null },
    support_open: { count: asked.open - asked.late, since: null },
  }
  return CONCERNS.map((kind) => ({ kind, ...found[kind] })).filter(({ count }) => count > 0)
}

async function countOpenUpstreams({ appDatabase, upstreamHealth }: ConcernParts): Promise<number> {
  const upstreams = await listUpstreams(appDatabase)
  return upstreams.filter(({ id, is_active: isActive }) => isActive && upstreamHealth(id)?.state === 'open').length
}

async function countUnpriced({ appDatabase }: ConcernParts): Promise<number> {
  return (await listModels(appDatabase)).filter((model) => model.is_active && model.price === null).length
}
