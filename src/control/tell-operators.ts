import { type Concern, type ConcernParts, listConcerns } from '../api/index.ts'
import { type Database, sql } from '../db/index.ts'
import { houseStanding } from '../ledger/index.ts'
import { type Clock, errorCode, isoTime, type Log } from '../lib/index.ts'
import { concernsLine } from '../notify/index.ts'
import { listAlarmed, type OperatorOptions } from '../operators/index.ts'
import type { Mailer } from '../spec/index.ts'
import { type RunningJobs, repeat } from './repeat.ts'

/** What operators are told with; `url` is where they find the console, `mailer` undefined where no mail can be sent. */
export type TellingOperators = ConcernParts &
  Pick<OperatorOptions, 'subjects'> & {
    readonly audited: () => { readonly isOk: boolean }
    readonly mailer: Mailer | undefined
    readonly url: string
    readonly clock: Pick<Clock, 'now'>
    readonly log: Log
  }

const LOOK_MS = 60_000
/** Of what waits on it is said once a day; of what grows or comes back, once an hour at most. */
const [AGAIN_MS, GROWN_MS] = [86_400_000, 3_600_000]

/** Writes to operators when something needs a hand, for as long as it does. */
export const startTellingOperators = (parts: TellingOperators): RunningJobs =>
  repeat(async () => void (await tellOperators(parts)), {
    name: 'operators.tell',
    waitMs: LOOK_MS,
    onFailed: (thrown) => parts.log({ event: 'operators-untold', code: errorCode(thrown) }),
  })

/**
 * Writes one letter to each operator who wants it, of what needs a hand and was not said lately; what every address refused is said again the next time.
 * Of several nodes one does. Resolves with the kinds that were told of.
 */
export async function tellOperators(parts: TellingOperators): Promise<readonly Concern['kind'][]> {
  const { appDatabase, mailer, clock } = parts
  const to = mailer === undefined ? [] : await listAlarmed({ database: appDatabase, subjects: parts.subjects })
  if (mailer === undefined || to.length === 0) return []
  const { frozen } = await houseStanding(appDatabase)
  const concerns = await listConcerns(parts, { now: clock.now(), isOk: parts.audited().isOk, frozen })
  return await appDatabase.transaction(async (tx) => {
    // Whoever takes letters may answer late.
    await tx.query(sql`set local idle_in_transaction_session_timeout = '10min'`)
    const [lock] = await tx.query<{ readonly is: boolean }>(sql`select pg_try_advisory_xact_lock(4739270621) as is`)
    if (lock?.is !== true) return []
    const due = await takeDue(tx, concerns, clock.now())
    if (due.length > 0) await writeTo(parts, mailer, { to, due })
    return due.map(({ kind }) => kind)
  })
}

type Told = { readonly kind: string; readonly items: number; readonly told_at: Date }

/** What is to be said now, which is noted; what needs no hand any more is forgotten, but for what may come back within the hour. */
async function takeDue(tx: Database, concerns: readonly Concern[], now: number): Promise<readonly Concern[]> {
  const told = new Map((await tx.query<Told>(sql`select kind, items, told_at from operator_alarm`)).map((row) => [row.kind, row]))
  const due = concerns.filter(({ kind, count }) => {
    const before = told.get(kind)
    if (before === undefined) return true
    const ago = now - before.told_at.getTime()
    return ago >= AGAIN_MS || (count > before.items && ago >= GROWN_MS)
  })
  await tx.query(sql`
    delete from operator_alarm where kind <> all(${concerns.map(({ kind }) => kind)}::text[]) and told_at <= ${isoTime(now - GROWN_MS)}::timestamptz returning 1`)
  for (const { kind, count } of due)
    await tx.query(sql`
      insert into operator_alarm (kind, items, told_at) values (${kind}, ${count}, ${isoTime(now)}::timestamptz)
      on conflict (kind) do update set items = excluded.items, told_at = excluded.told_at returning 1`)
  return due
}

type Letter = { readonly to: readonly string[]; readonly due: readonly Concern[] }

/** One that is refused keeps no other from being written to. Rejects with the last failure where every one was. */
async function writeTo({ url, log }: TellingOperators, mailer: Mailer, { to, due }: Letter): Promise<void> {
  const fields = { concerns: concernsLine(due), link: `${url}/console` }
  const failures: unknown[] = []
  for (const email of to) await mailer.send('operator-waiting', email, fields).catch((thrown: unknown) => failures.push(thrown))
  if (failures.length === to.length) throw failures.at(-1)
  for (const thrown of failures) log({ event: 'operators-untold', code: errorCode(thrown) })
}
