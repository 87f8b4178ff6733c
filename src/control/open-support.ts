import type { Database } from '../db/index.ts'
import { type Clock, errorCode, type Ids, type Log } from '../lib/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'
import type { Mailer } from '../spec/index.ts'
import { makeSupportDesk, type SupportDesk } from '../support/index.ts'
import { accountsOf } from './open-rights.ts'
import { type RunningJobs, repeat } from './repeat.ts'

/** What support is opened with; `appDatabase` has the role farebox_app. */
export type OpenSupportOptions = {
  readonly appDatabase: Database
  readonly subjects: SubjectKeys
  readonly ids: Ids
  readonly clock: Clock
  readonly log: Log
  /** Undefined until mail can be sent. */
  readonly mailer: Mailer | undefined
}

/** The desk, and what tells customers of answers beside the calls. */
export type OpenedSupport = {
  readonly desk: SupportDesk
  readonly keep: (onCounted: (counts: { readonly open: number; readonly late: number }) => void) => RunningJobs
}

const LOOK_MS = 10_000

/** Opens support. */
export function openSupport({ appDatabase, subjects, ...rest }: OpenSupportOptions): OpenedSupport {
  const { emailOf } = accountsOf(appDatabase, subjects)
  const desk = makeSupportDesk({ ...rest, database: appDatabase, sealing: subjects, emailOf })
  return {
    desk,
    keep: (onCounted) => {
      const look = async (): Promise<void> => {
        onCounted(await desk.count())
        await desk.tellAnswered()
      }
      return repeat(look, {
        name: 'support.count',
        waitMs: LOOK_MS,
        onFailed: (thrown) => rest.log({ event: 'support-uncounted', code: errorCode(thrown) }),
      })
    },
  }
}
