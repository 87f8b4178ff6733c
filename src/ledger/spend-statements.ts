import { type Database, DatabaseError, packArray, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'
import { SPEND_WINDOWS } from '../spec/index.ts'
import { readSpendRef, type SpendRef } from './spend-ref.ts'
import type { Release, Take, Taken } from './statements.ts'

/** What a commit changes in windows: what calls spent there, by the window's name, what nodes give back, and what they ask for. */
export type SpendBatch = {
  readonly spent: ReadonlyMap<string, NanoUsd>
  readonly releases: readonly Release[]
  readonly takes: readonly Take[]
}

/**
 * Writes what a commit changes in windows of spending; returns what takes got. Windows are made first and then locked, both in one order, so
 * that two nodes never wait for each other; balances are locked before any window.
 */
export async function writeSpending(database: Database, nodeId: string, batch: SpendBatch): Promise<Taken> {
  const changes = changesOf(batch)
  const takes = batch.takes.flatMap(askOf)
  if (changes.length + takes.length === 0) return new Map()
  if (takes.length > 0) await ensureWindows(database, takes)
  if (changes.length + takes.length > 1) await lockWindows(database, [...changes, ...takes])
  if (changes.length > 0) await changeWindows(database, nodeId, changes)
  return takes.length === 0 ? new Map() : await takeWindows(database, nodeId, takes)
}

type Change = SpendRef & { readonly spent: NanoUsd; readonly released: NanoUsd }
type Ask = SpendRef & Pick<Take, 'need' | 'want'> & NonNullable<Take['spending']> & { readonly name: string }

function changesOf({ spent, releases }: SpendBatch): readonly Change[] {
  const released = new Map(releases.map(({ accountId, amount }) => [accountId, amount]))
  return [...new Set([...spent.keys(), ...released.keys()])].map((name) => ({
    ...readSpendRef(name),
    spent: spent.get(name) ?? 0n,
    released: released.get(name) ?? 0n,
  }))
}

const askOf = ({ accountId: name, need, want, spending }: Take): readonly Ask[] =>
  spending === undefined ? [] : [{ ...readSpendRef(name), ...spending, name, need, want }]

const refColumns = (refs: readonly SpendRef[]) => ({
  subjects: packArray('uuid', refs, (ref) => ref.subjectId),
  kinds: packArray('smallint', refs, (ref) => SPEND_WINDOWS.indexOf(ref.window)),
  starts: packArray('timestamptz', refs, (ref) => ref.startsAt),
})

async function ensureWindows(database: Database, asks: readonly Ask[]): Promise<void> {
  const { subjects, kinds, starts } = refColumns(asks)
  await database.query(sql.named('ensure_windows')`
    insert into spend_window (subject_id, kind, starts_at, ends_at, account_id, cap)
    select * from unnest(${subjects}::uuid[], ${kinds}::smallint[], ${starts}::timestamptz[],
      ${packArray('timestamptz', asks, (ask) => ask.endsAt)}::timestamptz[], ${packArray('uuid', asks, (ask) => ask.accountId)}::uuid[],
      ${packArray('bigint', asks, (ask) => ask.cap)}::bigint[]) as asked (subject_id, kind, starts_at, ends_at, account_id, cap)
    order by subject_id, kind, starts_at
    on conflict (subject_id, kind, starts_at) do nothing`)
}

async function lockWindows(database: Database, refs: readonly SpendRef[]): Promise<void> {
  const { subjects, kinds, starts } = refColumns(refs)
  await database.query(sql.named('lock_windows')`
    select from spend_window where (subject_id, kind, starts_at) in (
      select * from unnest(${subjects}::uuid[], ${kinds}::smallint[], ${starts}::timestamptz[]))
    order by subject_id, kind, starts_at for no key update`)
}

/** Takes out of this node's slices what calls spent and what it gives back. Fails with 23514 where it has no slice of a window. */
async function changeWindows(database: Database, nodeId: string, changes: readonly Change[]): Promise<void> {
  const { subjects, kinds, starts } = refColumns(changes)
  const [row] = await database.query<{ sliced: bigint }>(sql.named('change_windows')`
    with given as (
      select * from unnest(${subjects}::uuid[], ${kinds}::smallint[], ${starts}::timestamptz[],
        ${packArray('bigint', changes, (change) => change.spent)}::bigint[],
        ${packArray('bigint', changes, (change) => change.released)}::bigint[]) as given (subject_id, kind, starts_at, spent, released)
    ), changed as (
      update spend_window set spent = spend_window.spent + given.spent, granted = granted - given.released
      from given where (spend_window.subject_id, spend_window.kind, spend_window.starts_at) = (given.subject_id, given.kind, given.starts_at)
    ), sliced as (
      update spend_slice set amount = amount - given.spent - given.released from given
      where (spend_slice.subject_id, spend_slice.kind, spend_slice.starts_at) = (given.subject_id, given.kind, given.starts_at)
        and node_id = ${nodeId}::uuid
      returning 1
    )
    select count(*) as sliced from sliced`)
  if (row === undefined || row.sliced < BigInt(changes.length)) throw new DatabaseError('23514')
}

/**
 * Grants what windows have left to this node's slices, in one guarded statement: `want`, or all that is left if that is at least `need`, or
 * nothing. The limit is the one that the asker knows, so that a change of it holds from the next grant on.
 */
async function takeWindows(database: Database, nodeId: string, asks: readonly Ask[]): Promise<Taken> {
  const { subjects, kinds, starts } = refColumns(asks)
  const rows = await database.query<{ index: bigint; amount: bigint }>(sql.named('take_windows')`
    with asked as (
      select * from unnest(${subjects}::uuid[], ${kinds}::smallint[], ${starts}::timestamptz[],
        ${packArray('bigint', asks, (ask) => ask.cap)}::bigint[], ${packArray('bigint', asks, (ask) => ask.need)}::bigint[],
        ${packArray('bigint', asks, (ask) => ask.want)}::bigint[]) with ordinality
        as asked (subject_id, kind, starts_at, cap, need, want, index)
    ), room as (
      select subject_id, kind, starts_at, asked.cap, asked.index, least(asked.want, asked.cap - spend_window.granted) as amount
      from spend_window join asked using (subject_id, kind, starts_at)
      where asked.cap - spend_window.granted >= asked.need and asked.cap > spend_window.granted
      for no key update of spend_window
    ), moved as (
      update spend_window set granted = granted + room.amount, cap = room.cap from room
      where (spend_window.subject_id, spend_window.kind, spend_window.starts_at) = (room.subject_id, room.kind, room.starts_at)
        and granted + room.amount <= room.cap
      returning room.*, account_id
    ), sliced as (
      insert into spend_slice (node_id, subject_id, kind, starts_at, account_id, amount)
      select ${nodeId}::uuid, subject_id, kind, starts_at, account_id, amount from moved
      on conflict (subject_id, kind, starts_at, node_id) do update set amount = spend_slice.amount + excluded.amount
    )
    select index, amount from moved`)
  return new Map(rows.map((row) => [asks[Number(row.index) - 1]?.name ?? '', row.amount]))
}
