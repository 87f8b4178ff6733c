import {
  type AbuseSettings,
  ALARM_KINDS,
  type AlarmKind,
  findShared,
  makeSharingWatch,
  makeSpikeWatch,
  makeVelocity,
  raiseAlarm,
  type SharedKey,
  tellAlarms,
} from '../abuse/index.ts'
import { getAccount } from '../accounts/index.ts'
import type { ApiDependencies } from '../api/index.ts'
import { readAbuseSettings } from '../catalog/index.ts'
import { type Config, processEnvironment } from '../config.ts'
import type { Database } from '../db/index.ts'
import { markOldAccounts } from '../identity/index.ts'
import type { Settlement } from '../ledger/index.ts'
import { type Clock, doEach, errorCode, formatUsd, type Ids, type Log } from '../lib/index.ts'
import type { KeyVault } from '../privacy/index.ts'
import type { Mailer } from '../spec/index.ts'
import { type RunningJobs, repeat, together } from './repeat.ts'

/** What is done against abuse with; `appDatabase` has the role farebox_app. */
export type OpenAbuseOptions = {
  readonly config: Config
  readonly appDatabase: Database
  readonly keys: { readonly subjects: KeyVault['subjects']; readonly ipTags: Pick<KeyVault['ipTags'], 'ipTag' | 'placeTag'> }
  readonly clock: Pick<Clock, 'now'>
  readonly ids: Ids
  readonly log: Log
  /** Undefined where no mail can be sent. */
  readonly mailer: Mailer | undefined
}

/** What watches calls, what the interfaces ask, and what runs beside the calls. */
export type OpenedAbuse = {
  readonly settings: AbuseSettings
  readonly onSettled: (settlement: Pick<Settlement, 'keyId' | 'accountId' | 'cost'>) => void
  /** Told of each call that was let in. */
  readonly onGranted: (call: { readonly keyId: string; readonly accountId: string; readonly ipTag: number }) => void
  /** How many alarms were raised since control began, by what they are about. */
  readonly raised: () => ReadonlyMap<AlarmKind, number>
  readonly forApi: Pick<ApiDependencies, 'abuse'>
  /** Looks once at what was noted. */
  readonly look: () => Promise<void>
  readonly start: () => RunningJobs
}

const [LOOK_MS, LETTERS_MS] = [5_000, 5_000]
const MARK_MS = 60_000
const MARKS_AT_ONCE = 500

/** Opens what is done against abuse, as farebox.yaml says; throws ConfigRefusedError when it is not valid. */
export const openAbuse = ({ config, ...parts }: OpenAbuseOptions): OpenedAbuse =>
  openAbuseBy({ ...parts, settings: readAbuseSettings(config, processEnvironment()) })

/** What openAbuse works with, by given settings. */
export type AbuseParts = Omit<OpenAbuseOptions, 'config'> & { readonly settings: AbuseSettings }

/** Opens what is done against abuse, by given settings. */
export function openAbuseBy(options: AbuseParts): OpenedAbuse {
  const { settings, appDatabase: database, keys, clock, log } = options
  const counts = new Map<AlarmKind, number>(ALARM_KINDS.map((kind) => [kind, 0]))
  const onRaised = (kind: AlarmKind): void => void counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const spike = settings.spike && makeSpikeWatch({ ...options, database, settings: settings.spike, onRaised })
  const most = settings.sharedKeyAddresses
  const sharing = most === undefined ? undefined : { most, watch: makeSharingWatch(most, clock) }
  const lookAtSharing = async (): Promise<void> => {
    for (const shared of sharing === undefined ? [] : await findShared({ database, clock, ...sharing, placeTag: keys.ipTags.placeTag })) {
      await raiseShared(options, shared, onRaised)
      sharing?.watch.tell(shared.keyId)
    }
  }
  const look = (): Promise<void> => doEach([async () => spike?.look(), lookAtSharing], (step) => step())
  const told = (event: string) => (thrown: unknown) => log({ event, code: errorCode(thrown) })
  const { defaultDailyCap: amount, velocity: limits } = settings
  return {
    ...{ settings, look, raised: () => counts },
    onSettled: ({ keyId, accountId, cost }) => spike?.note({ keyId, accountId, spent: cost }),
    onGranted: (call) => sharing?.watch.note(call),
    forApi: {
      abuse: {
        velocity: makeVelocity({ ...keys, database, clock, limits }),
        newKeyCap: amount === undefined ? undefined : { amount, window: 'day' },
        onRaised,
      },
    },
    start: () => {
      const jobs = [
        repeat(look, { name: 'abuse.watch-keys', waitMs: LOOK_MS, onFailed: told('keys-unwatched') }),
        // What was spent is forgotten after five minutes, so no look may wait for a mail server.
        repeat(() => tellOwners(options), { name: 'abuse.tell-owners', waitMs: LETTERS_MS, onFailed: told('owners-untold') }),
        repeat(() => markAll(options), { name: 'abuse.mark-accounts', waitMs: MARK_MS, onFailed: told('accounts-unmarked') }),
      ]
      return together(jobs)
    },
  }
}

async function raiseShared(
  { appDatabase, ids, clock, log }: AbuseParts,
  shared: SharedKey,
  onRaised: (kind: AlarmKind) => void,
): Promise<void> {
  const alarm = { ...shared, id: ids.uuid(), kind: 'shared' as const, isPausing: false, now: clock.now() }
  if (!(await raiseAlarm(appDatabase, alarm))) return
  log({ event: 'key-alarm', account: shared.accountId, part: 'shared', items: shared.addresses })
  onRaised('shared')
}

async function tellOwners({ appDatabase, keys, mailer, clock }: AbuseParts): Promise<void> {
  if (mailer === undefined) return
  await tellAlarms(
    appDatabase,
    async ({ accountId, hint, amount, isPaused }) => {
      const { email } = await getAccount(appDatabase, keys.subjects, accountId)
      // Who has no address reads it in the answers to calls.
      if (email !== undefined) await mailer.send(isPaused ? 'key-paused' : 'key-spending', email, { hint, amount: formatUsd(amount) })
    },
    clock.now(),
  )
}

async function markAll({ appDatabase: database, keys, settings: { oneAccount }, log }: AbuseParts): Promise<void> {
  const emailOf = async (accountId: string) => (await getAccount(database, keys.subjects, accountId)).email
  await markOldAccounts({ database, subjects: keys.subjects, oneAccount, log }, { emailOf, limit: MARKS_AT_ONCE })
}
