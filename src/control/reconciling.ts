import { type Clock, errorCode, utcDayOf } from '../lib/index.ts'
import { type Reconciling, reconcileDue, type Watch, watchDays } from '../reconcile/index.ts'
import { type RunningJobs, repeat } from './repeat.ts'

/** What the job works with; `onReconciled` hears what the days of the last week say, also when nothing was due. */
export type ReconcilingOptions = Omit<Reconciling, 'now'> & { readonly clock: Clock; readonly onReconciled: (watch: Watch) => void }

/** A day is closed some minutes after its end; what is due is found soon after. */
const RECONCILE_MS = 300_000
const WATCHED_DAYS = 7

/** Starts comparing closed days with the rows of calls, rails and providers' reports, apart from the other jobs, as it waits for others. */
export function startReconciling({ clock, onReconciled, ...reconciling }: ReconcilingOptions): RunningJobs {
  const job = async (): Promise<void> => {
    const now = clock.now()
    await reconcileDue({ ...reconciling, now })
    onReconciled(await watchDays(reconciling.database, utcDayOf(now) - WATCHED_DAYS))
  }
  return repeat(job, {
    name: 'reconcile.compare',
    waitMs: RECONCILE_MS,
    onFailed: (thrown) => reconciling.log({ event: 'reconcile-failed', code: errorCode(thrown) }),
  })
}
