// Guarantee: the leaf that is made of what was written is that of its row in every byte; each call is signed once, whoever wrote it, whatever
// is known of it here, and whoever signs beside.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openBooks, type SimulatedBooks } from '../../checks/money/simulated-books.ts'
import { sql } from '../db/index.ts'
import type { Settlement } from '../ledger/index.ts'
import { MORE_CLASSES, NO_USAGE } from '../spec/index.ts'
import { CALL_ROWS, type CallRow, readPrices, writeLeafOfRow } from './call-rows.ts'
import { openSigner, type Signer, signCommits, UnsignedLeaves } from './index.ts'
import { splitHashes } from './merkle.ts'

const DAY = 20_000
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const folder = mkdtempSync(join(tmpdir(), 'farebox-leaves-'))
let books: SimulatedBooks
let signer: Signer

before(async () => {
  books = await openBooks({ seed, accounts: 7, day: DAY })
  signer = await openSigner(books.kit.ledgerDatabase, folder, books.clock.at)
})
after(async () => {
  await books.close()
  rmSync(folder, { recursive: true })
})

const sign = (leaves?: UnsignedLeaves): Promise<number> =>
  signCommits(books.kit.ledgerDatabase, {
    ...{ nodeId: books.nodeId, key: signer.keyAt(books.clock.at), now: books.clock.at },
    ...(leaves !== undefined && { leaves }),
  })
const readRows = (): Promise<readonly CallRow[]> => books.kit.ledgerDatabase.query<CallRow>(sql`${CALL_ROWS} order by e.commit`)
const sorted = (leaves: readonly Buffer[]): readonly string[] => leaves.map((leaf) => leaf.toString('hex')).toSorted()

/** The leaves of all rows, as they are read back, by commit. */
async function leavesOfRows(): Promise<ReadonlyMap<bigint, readonly Buffer[]>> {
  const rows = await readRows()
  const prices = await readPrices(books.kit.ledgerDatabase, rows)
  const leafOfRow = (row: CallRow): Buffer => {
    const leaves = Buffer.alloc(32)
    writeLeafOfRow(row, prices, { leaves, at: 0 })
    return leaves
  }
  return new Map([...Map.groupBy(rows, (row) => row.commit)].map(([commit, some]) => [commit, some.map(leafOfRow)]))
}

/** Every call in the books has its leaf in a batch that was signed, once. */
async function assertAllSigned(): Promise<void> {
  const batches = await books.kit.ledgerDatabase.query<{ leaves: Buffer; count: number }>(sql`select leaves, count from receipt_batch`)
  const signed = batches.flatMap(({ leaves }) => splitHashes(leaves))
  assert.equal(
    batches.reduce((sum, { count }) => sum + count, 0),
    signed.length,
  )
  assert.deepEqual(sorted(signed), sorted([...(await leavesOfRows()).values()].flat()), `seed ${seed}`)
}

/** Learns the names of all there is. */
async function learned(leaves: UnsignedLeaves): Promise<UnsignedLeaves> {
  const rows = await readRows()
  leaves.learn(rows, await readPrices(books.kit.ledgerDatabase, rows))
  return leaves
}

test('what was never read is read, and known from then on', async () => {
  // Both prices and a route have to come by.
  const calls = await books.settle(Array.from({ length: 40 }, () => books.accounts[0] ?? ''))
  assert.deepEqual(books.leaves.signedUpTo(0n), [])
  assert.equal(await sign(books.leaves), calls.length)
  await assertAllSigned()
  const more = await books.settle(books.accounts)
  const [kept, ...others] = books.leaves.signedUpTo(0n)
  assert.ok(kept !== undefined && others.length === 0)
  assert.equal(kept.leaves.length, more.length * 32)
  assert.equal(await sign(books.leaves), more.length)
  assert.equal(await sign(books.leaves), 0)
  await assertAllSigned()
})

test('any call has the same leaf whether it is made of what was written or of its row', async () => {
  await learned(books.leaves)
  const [like] = await books.settle(books.accounts.slice(0, 1))
  assert.ok(like !== undefined)
  await sign()
  const most = 0x7fff_ffff
  const all = Object.fromEntries(MORE_CLASSES.map((name, index) => [name, index + 1]))
  const plain: Partial<Settlement> = { usage: NO_USAGE, hold: 0n, cost: 0n, shortfall: 0n, covered: undefined, reportedInput: undefined }
  const changes: readonly Partial<Settlement>[] = [
    plain,
    { ...plain, routeSerial: 0, firstByteMs: undefined, outcome: 8, usageSource: 0, reportedModel: 0 },
    { ...plain, startedAt: books.clock.at + 1 },
    { ...plain, startedAt: books.clock.at - 999 },
    { ...plain, startedAt: 0 },
    // No four digits of a year: it is read.
    { ...plain, startedAt: 253_402_300_800_000 },
    { ...plain, usage: { ...NO_USAGE, input: most, cacheRead: most, output: most, reasoning: most } },
    { ...plain, usage: { ...NO_USAGE, ...all } },
    { ...plain, usage: { ...NO_USAGE, characters: most } },
    { ...plain, reportedInput: most, reportedOutput: undefined, usageSource: 3 },
    { ...plain, reportedInput: 0, reportedOutput: 0, usageSource: 3 },
    { ...plain, hold: 10n, covered: { by: books.ids.uuid(), amount: 9n } },
    { ...plain, hold: 10n, cost: 10n, shortfall: 9_223_372_036_854_775n },
    { ...plain, multiplier: 1, serviceTier: 3 },
    { ...plain, day: DAY, latencyMs: most, status: 0x7fff, isSuspect: true },
  ]
  let kept = 0
  for (const change of changes) {
    await books.writer.settle({ ...like, ...change, requestId: books.ids.uuid() })
    kept += await assertKeptAsRead()
    await sign()
  }
  assert.equal(kept, changes.length - 1, 'some were not kept')
  for (let round = 0; round < 30; round += 1) {
    const accounts = Array.from({ length: 1 + books.random.below(40) }, () => books.accounts[books.random.below(7)] ?? '')
    await books.settle(accounts, books.random.below(2))
    assert.equal(await assertKeptAsRead(), accounts.length, `seed ${seed}`)
    await sign()
  }
})

async function lastSigned(): Promise<bigint> {
  const [batch] = await books.kit.ledgerDatabase.query<{ last_commit: bigint }>(sql`
    select last_commit from receipt_batch order by last_commit desc limit 1`)
  return batch?.last_commit ?? 0n
}

/** What is kept is what the rows of these commits say; returns of how many calls. */
async function assertKeptAsRead(): Promise<number> {
  const last = await lastSigned()
  const rows = await leavesOfRows()
  const kept = books.leaves.signedUpTo(last)
  for (const { commit, leaves } of kept) assert.deepEqual(sorted(splitHashes(leaves)), sorted(rows.get(commit) ?? []), `seed ${seed}`)
  return kept.reduce((sum, { leaves }) => sum + leaves.length, 0) / 32
}

test('a process that comes after one that died between its commits and their signing signs the same leaves', async () => {
  await sign()
  await learned(books.leaves)
  await books.settle(books.accounts)
  await books.settle(books.accounts)
  const last = await lastSigned()
  const kept = books.leaves.signedUpTo(last)
  assert.equal(kept.length, 2)
  // The next process knows nothing, and commits before it signs.
  assert.equal(await sign(new UnsignedLeaves()), 14)
  const [row] = await books.kit.ledgerDatabase.query<{ leaves: Buffer }>(sql`
    select leaves from receipt_batch where last_commit > ${last}::bigint`)
  assert.deepEqual(sorted(splitHashes(row?.leaves ?? Buffer.alloc(0))), sorted(kept.flatMap(({ leaves }) => splitHashes(leaves))))
  // The old one would sign none of them again.
  assert.equal(await sign(books.leaves), 0)
  await assertAllSigned()
})

test('what was committed before the first that is kept is signed first, and a day by itself', async () => {
  await books.settle(books.accounts)
  const begun = await learned(new UnsignedLeaves())
  const note = books.leaves.note.bind(books.leaves)
  books.leaves.note = (committed) => begun.note(committed)
  await books.settle(books.accounts)
  await books.beginDay(DAY + 1)
  await books.settle(books.accounts)
  books.leaves.note = note
  assert.equal(begun.signedUpTo(0n).length, 2)
  assert.equal(await sign(begun), 21)
  await assertAllSigned()
  const days = await books.kit.ledgerDatabase.query<{ day: string }>(sql`select distinct day from receipt_batch`)
  assert.equal(days.length, 2)
  // Those went by here.
  await sign()
})

test('calls that come while several sign are each signed once', async () => {
  const leaves = await learned(new UnsignedLeaves())
  const note = books.leaves.note.bind(books.leaves)
  books.leaves.note = (committed) => leaves.note(committed)
  let isOver = false
  const signing = [leaves, undefined, leaves].map(async (kept) => {
    while (!isOver) await sign(kept)
  })
  for (let round = 0; round < 25; round += 1) await books.settle(books.accounts)
  isOver = true
  await Promise.all(signing)
  await sign(leaves)
  books.leaves.note = note
  await assertAllSigned()
})

test('what is not known, told twice or too much is forgotten with all before it, and read', async () => {
  const committed = { commit: 1n << 50n, postedDay: DAY }
  const [call] = await books.settle(books.accounts.slice(0, 1))
  assert.ok(call !== undefined)
  const forgotten: readonly (readonly Settlement[] | undefined)[] = [
    undefined,
    [{ ...call, modelSerial: 77 }],
    [{ ...call, routeSerial: 77 }],
    [{ ...call, priceVersion: 77 }],
    [{ ...call, outcome: 77 }],
    Array.from({ length: 65_536 }, () => call),
  ]
  for (const settlements of forgotten) {
    const leaves = await learned(new UnsignedLeaves())
    leaves.note({ ...committed, settlements: [call] })
    assert.equal(leaves.knownAfter, committed.commit - 1n)
    assert.equal(leaves.signedUpTo(0n).length, 1)
    leaves.note({ ...committed, commit: committed.commit + 1n, settlements })
    assert.deepEqual(leaves.signedUpTo(0n), [])
    assert.equal(leaves.knownAfter, committed.commit + 1n)
  }
})
