import type { Database } from '../db/index.ts'
import { type Clock, errorCode, type Log } from '../lib/index.ts'
import { countNotices, noteUse, type PolicyDesk, type PolicyMailer, putOffUntold, queueNotices, sendNotices } from '../privacy/index.ts'
import { type RunningJobs, repeat } from './repeat.ts'

/** What the job works with; without a mailer letters wait, and changes are announced on the page alone. */
export type PolicyKeeping = {
  readonly desk: PolicyDesk
  readonly appDatabase: Database
  readonly clock: Clock
  readonly log: Log
  readonly mailer: PolicyMailer | undefined
}

const KEEP_MS = 60_000

/** Starts keeping the policy: publishes what is new, notes who has to be told and who called on, and hands letters on. */
export const startPolicyKeeping = (keeping: PolicyKeeping): RunningJobs =>
  repeat(() => keepPolicy(keeping), {
    name: 'policy.keep',
    waitMs: KEEP_MS,
    onFailed: (thrown) => keeping.log({ event: 'policy-unkept', code: errorCode(thrown) }),
  })

/** One round of the job. */
export async function keepPolicy({ desk, appDatabase, clock, log, mailer }: PolicyKeeping): Promise<void> {
  const published = await desk.publish()
  if (published !== undefined) log({ event: 'policy-published', items: published.number })
  const now = clock.now()
  await queueNotices(appDatabase, now)
  if (mailer !== undefined) {
    while ((await sendNotices(appDatabase, mailer, now)) > 0);
    await putOffUntold(appDatabase, now)
  }
  await noteUse(appDatabase, now)
  const { missed } = await countNotices(appDatabase, now)
  if (missed > 0) log({ event: 'policy-untold', items: missed })
}
