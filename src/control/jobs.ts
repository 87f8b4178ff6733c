import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { signAuditDay } from '../audit/index.ts'
import { type Database, sql } from '../db/index.ts'
import { closeDays, collectDebts } from '../ledger/index.ts'
import { type Clock, errorCode, type Ids, type Log, utcDayOf } from '../lib/index.ts'
import { openSigner, type Signer, sealDays, signCommits, signSilentNodes, type UnsignedLeaves } from '../receipts/index.ts'
import { type RunningJobs, repeat, together } from './repeat.ts'

/** What jobs work with; two databases have the role farebox_ledger, `booksDatabase` has time for statements that read much. */
export type JobOptions = {
  readonly appDatabase: Database
  readonly ledgerDatabase: Database
  readonly booksDatabase: Database
  /** Recomputes the next accounts. */
  readonly audit: () => Promise<void>
  readonly nodeId: string
  /** Of what this node's process has committed and nobody has signed. */
  readonly leaves: UnsignedLeaves
  readonly dataDir: string
  readonly ids: Ids
  /** Looks after keys that lie outside the database. */
  readonly keepKeys: () => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

const SIGN_MS = 500
/** So often signing passes without a look while nothing was noted: ten seconds. */
const SIGN_PASSED_MAX = 20
const SIGN_SILENT_MS = 60_000
const CLOSE_MS = 60_000
const AUDIT_MS = 60_000
const COLLECT_MS = 5_000
const KEYS_MS = 15_000
/** A day is closed so long after its end, by our clock and by the database's. */
const AFTER_MIDNIGHT_MS = 60_000

/** What closes days: charges their accounts and seals their receipts, as often as it is called. */
export type DayClosing = { readonly signer: Signer; readonly close: () => Promise<void> }

/** Opens what closes days, with the key that signs receipts. */
export async function openDayClosing(options: JobOptions): Promise<DayClosing> {
  const signer = await openSigner(options.ledgerDatabase, join(options.dataDir, 'keys'), options.clock.now())
  return { signer, close: () => closeAll(options, signer) }
}

/**
 * Starts what runs beside the calls: signing what was committed, closing days that are over, auditing the books, collecting debts from money
 * that came back; each begins with what was left. Stopping signs what was committed until then, as the node may not come back.
 */
export function startJobs(options: JobOptions, { signer, close }: DayClosing): RunningJobs {
  const { ledgerDatabase, clock, nodeId, leaves, log } = options
  const signing = () => ({ nodeId, key: signer.keyAt(clock.now()), now: clock.now() })
  // Nobody else commits for this node, so there is nothing new while nothing was noted; what a connection that broke had committed
  // is found by a look now and then.
  let [signedTo, passed] = [-1, 0]
  const sign = async (): Promise<void> => {
    const { noted } = leaves
    await signCommits(ledgerDatabase, { ...signing(), leaves })
    signedTo = noted
  }
  const signNew = async (): Promise<void> => {
    passed = leaves.noted === signedTo ? passed + 1 : SIGN_PASSED_MAX
    if (passed < SIGN_PASSED_MAX) return
    passed = 0
    await sign()
  }
  const onUnsigned = (thrown: unknown): void => log({ event: 'receipts-unsigned', code: errorCode(thrown) })
  const jobs = [
    repeat(signNew, { name: 'receipts.sign', waitMs: SIGN_MS, onFailed: onUnsigned }),
    repeat(async () => void (await signSilentNodes(ledgerDatabase, signing())), {
      name: 'receipts.sign-silent',
      waitMs: SIGN_SILENT_MS,
      onFailed: onUnsigned,
    }),
    repeat(close, {
      name: 'ledger.close-days',
      waitMs: CLOSE_MS,
      onFailed: (thrown) => log({ event: 'day-unclosed', code: errorCode(thrown) }),
    }),
    repeat(options.audit, {
      name: 'ledger.audit',
      waitMs: AUDIT_MS,
      onFailed: (thrown) => log({ event: 'books-unaudited', code: errorCode(thrown) }),
    }),
    repeat(async () => void (await collectDebts(ledgerDatabase, options.ids)), {
      name: 'ledger.collect-debts',
      waitMs: COLLECT_MS,
      onFailed: (thrown) => log({ event: 'debts-uncollected', code: errorCode(thrown) }),
    }),
    repeat(options.keepKeys, {
      name: 'keys.keep',
      waitMs: KEYS_MS,
      onFailed: (thrown) => log({ event: 'keys-unkept', code: errorCode(thrown) }),
    }),
  ]
  const running = together(jobs)
  const stop = async (): Promise<void> => {
    await running.stop()
    await sign().catch(onUnsigned)
  }
  return { ...running, stop }
}

async function closeAll({ appDatabase, ledgerDatabase, booksDatabase, ids, clock }: JobOptions, signer: Signer): Promise<void> {
  const now = clock.now()
  const before = utcDayOf(Math.min(now, await databaseTime(ledgerDatabase)) - AFTER_MIDNIGHT_MS)
  await closeDays(booksDatabase, { ids, now, before })
  try {
    await sealDays(ledgerDatabase, { key: signer.keyAt(now), salt: () => randomBytes(32), now })
  } finally {
    // What of a day cannot be sealed keeps nothing else waiting.
    await signAuditDay(appDatabase, { key: signer.keyAt(now), now })
    await signer.maintain(now)
  }
}

/** Nodes charge calls to the day it is by the clock of the database, so that clock has to agree that a day is over. */
async function databaseTime(database: Database): Promise<number> {
  const [row] = await database.query<{ now: Date }>(sql`select clock_timestamp() as now`)
  return row?.now.getTime() ?? 0
}
