import type { Database } from '../db/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { type Clock, errorCode, type Log } from '../lib/index.ts'
import type { PaymentSettings } from '../payments/index.ts'
import type { UpstreamHealthView } from '../spec/index.ts'
import { finishMonths, forgetMinutes, judgeLastMonth, noteMinute, type RouteName } from '../status/index.ts'
import { type RunningJobs, repeat, together } from './repeat.ts'

/** What is looked at; `health` is how each upstream does, by its id. */
export type StatusKeeping = {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'credit'>
  readonly sla: PaymentSettings['sla']
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  /** Whether a paid call can be served now. */
  readonly isServing: () => boolean
  readonly health: () => ReadonlyMap<string, UpstreamHealthView>
}

const LOOK_MS = 10_000
const JUDGE_MS = 600_000
const MINUTE_MS = 60_000

/** Looks once a minute whether the service is there, and judges the month before when its days are closed. */
export function startStatusKeeping(keeping: StatusKeeping): RunningJobs {
  const { database, clock, log } = keeping
  let looked = -1
  const look = async (): Promise<void> => {
    const at = clock.now()
    const minute = Math.floor(at / MINUTE_MS)
    if (minute === looked) return
    const health = keeping.health()
    await noteMinute(database, { at, isUp: keeping.isServing(), downModels: downModelsOf(health), downRoutes: downRoutesOf(health) })
    looked = minute
  }
  const told = (event: string) => (thrown: unknown) => log({ event, code: errorCode(thrown) })
  const jobs = [
    repeat(look, { name: 'status.look', waitMs: LOOK_MS, onFailed: told('status-unkept') }),
    repeat(() => judge(keeping), { name: 'status.judge-month', waitMs: JUDGE_MS, onFailed: told('month-unjudged') }),
  ]
  return together(jobs)
}

async function judge({ database, ledger, sla, clock, log }: StatusKeeping): Promise<void> {
  await forgetMinutes(database, clock.now())
  if (sla === undefined) return
  const parts = { database, ledger, terms: sla, log }
  const last = await judgeLastMonth(parts, clock.now())
  for (const judged of [...(await finishMonths(parts, clock.now())), ...(last === undefined ? [] : [last])])
    if (judged.isMissed) log({ event: 'month-below-promise', day: judged.month, items: judged.accounts, over: judged.amount })
}

/** Models of which no route is in use now, by their ids. */
export function downModelsOf(health: ReadonlyMap<string, UpstreamHealthView>): readonly string[] {
  const routes = [...health.values()].flatMap((upstream) => upstream.routes)
  const byModel = Map.groupBy(routes, ({ model }) => model)
  return [...byModel].filter(([, own]) => own.every(({ state }) => state === 'open')).map(([model]) => model)
}

/** Routes that are not in use now. */
export const downRoutesOf = (health: ReadonlyMap<string, UpstreamHealthView>): readonly RouteName[] =>
  [...health].flatMap(([upstream, { routes }]) =>
    routes.filter(({ state }) => state === 'open').map(({ model, upstream_model: upstreamModel }) => ({ model, upstream, upstreamModel })),
  )
