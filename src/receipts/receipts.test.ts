// Guarantee: every settled call gets a receipt that anyone can check alone; it stays good when the call is deleted; and a receipt in which
// anything was altered is refused.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { openBooks, type SimulatedBooks } from '../../checks/money/simulated-books.ts'
import { sql } from '../db/index.ts'
import { closeDays, type Settlement } from '../ledger/index.ts'
import { isoDate } from '../lib/index.ts'
import { usageOfNames } from '../spec/index.ts'
import {
  canonicalJson,
  findReceipt,
  listDayRoots,
  listPublicKeys,
  openSigner,
  readDayRoots,
  readPublicKeys,
  type ShownReceipt,
  type Signer,
  sealDays,
  signCommits,
  signSilentNodes,
  sumOfCall,
  verifyReceipt,
} from './index.ts'

const DAY = 20_000
const folder = mkdtempSync(join(tmpdir(), 'farebox-receipts-'))
let books: SimulatedBooks
let other: SimulatedBooks
let signer: Signer
let calls: readonly Settlement[] = []

before(async () => {
  books = await openBooks({ seed: 3, accounts: 9, day: DAY })
  other = await openBooks({ seed: 4, accounts: 3, day: DAY, kit: books.kit })
  signer = await openSigner(books.kit.ledgerDatabase, folder, books.clock.at)
})
after(async () => {
  await other.writer.drain()
  await books.close()
  rmSync(folder, { recursive: true })
})

const sign = (nodeId = books.nodeId): Promise<number> =>
  signCommits(books.kit.ledgerDatabase, { nodeId, key: signer.keyAt(books.clock.at), now: books.clock.at })
const find = (call: Settlement, accountId = call.accountId, now = books.clock.at) =>
  findReceipt(books.kit.appDatabase, { requestId: call.requestId, accountId, now })
const found = async (call: Settlement | undefined): Promise<ShownReceipt> => {
  assert.ok(call)
  const receipt = await find(call)
  assert.ok(typeof receipt === 'object', `the receipt is ${JSON.stringify(receipt)}`)
  return receipt
}
const keys = async () => readPublicKeys(JSON.stringify({ keys: await listPublicKeys(books.kit.appDatabase, books.clock.at) })) ?? new Map()
const dayRoots = async () => readDayRoots(JSON.stringify({ data: await listDayRoots(books.kit.appDatabase, { limit: 10 }) })) ?? new Map()
/** Differs in its first digit, whatever that was. */
const otherThan = (hex: string): string => (hex.startsWith('0') ? '1' : '0') + hex.slice(1)
const verify = async (receipt: ShownReceipt) => verifyReceipt(JSON.stringify(receipt), { keys: await keys() })

test('a call has no receipt until its commit is signed, and nobody else ever sees it', async () => {
  calls = [...(await books.settle(books.accounts)), ...(await books.settle(books.accounts))]
  assert.ok((await books.age(calls.slice(9))) > 0)
  const theirs = await other.settle(other.accounts)
  const [call] = calls
  assert.ok(call)
  assert.equal(await find(call), 'unsigned')
  assert.equal(await sign(), calls.length)
  assert.equal(await sign(), 0)
  assert.equal(await sign(other.nodeId), theirs.length)
  assert.equal((await found(call)).call.request_id, call.requestId)
  const late = books.clock.at + 700_000
  assert.equal(await find(call, books.accounts[1], late), 'unknown')
  assert.equal(await find({ ...call, requestId: other.ids.uuid() }, call.accountId, late), 'unknown')
  for (const requestId of ['x', '', 'ffffffff-ffff-7fff-bfff-ffffffffffff', '00000000-0000-0000-0000-000000000000'])
    assert.equal(await find({ ...call, requestId }), 'unknown', requestId)
  calls = [...calls, ...theirs]
})

test('every receipt says what was settled and verifies by its signature', async () => {
  for (const call of calls) {
    const receipt = await found(call)
    assert.equal(receipt.call.cost_nano_usd, String(call.cost))
    assert.equal(receipt.call.day, isoDate(DAY))
    assert.deepEqual(usageOfNames(receipt.call.usage), call.usage)
    assert.equal(receipt.call.route === null, call.routeSerial === 0)
    assert.equal(receipt.day, null)
    assert.equal(JSON.stringify(receipt), canonicalJson(receipt), 'it is not spelled canonically')
    assert.deepEqual(await verify(receipt), { problems: [], provenBy: ['signature'], call: receipt.call })
    assert.deepEqual(verifyReceipt(JSON.stringify(receipt), {}).provenBy, [])
    assert.deepEqual(verifyReceipt(JSON.stringify(receipt), { keys: new Map() }).problems, [
      'the key that signed it is not among the published keys',
    ])
  }
})

test('a receipt of a day that is not sealed yet stands on its signature alone: altered in any byte it is refused', async () => {
  const receipt = await found(calls.at(0))
  const evidence = { keys: await keys() }
  const { jws } = receipt.batch
  for (let at = jws.lastIndexOf('.') + 1; at < jws.length - 1; at += 1) {
    const altered = jws.slice(0, at) + (jws[at] === 'A' ? 'B' : 'A') + jws.slice(at + 1)
    const { problems, provenBy } = verifyReceipt(canonicalJson({ ...receipt, batch: { ...receipt.batch, jws: altered } }), evidence)
    assert.deepEqual([problems, provenBy], [['the signature is not that of the published key'], []], `byte ${at}`)
  }
})

test('commits of two days are signed in a batch each, more rows than fit one read in several', async () => {
  const many = Array.from({ length: 260 }, () => books.accounts).flat()
  const yesterday = await books.settle(many)
  await books.beginDay(DAY + 1)
  const today = await books.settle(books.accounts)
  assert.equal(await sign(), yesterday.length + today.length)
  calls = [...calls, ...yesterday.slice(0, 40), ...yesterday.slice(-40), ...today]
  for (const call of calls) assert.deepEqual((await verify(await found(call))).problems, [])
  const days = await books.kit.appDatabase.query<{ day: string; rows: bigint }>(sql`
    select day, sum(count) as rows from receipt_batch group by day order by day`)
  assert.deepEqual(
    days.map(({ day, rows }) => [day, Number(rows)]),
    [
      [isoDate(DAY), calls.length - 80 - today.length + yesterday.length],
      [isoDate(DAY + 1), today.length],
    ],
  )
})

test('a sealed day proves its receipts without any key; what nobody had signed is signed first', async () => {
  const left = await books.settle(books.accounts)
  await books.beginDay(DAY + 2)
  const sealing = { key: signer.keyAt(books.clock.at), salt: () => randomBytes(32), now: books.clock.at }
  assert.equal(await sealDays(books.kit.ledgerDatabase, sealing), 0, 'a day is sealed before it has ended')
  const drop = sql`select drop_usage_partition(${isoDate(DAY)}::date)`
  await assert.rejects(books.kit.ledgerDatabase.query(drop), { code: '23001' }, 'a day is dropped before it is charged')
  await closeDays(books.kit.ledgerDatabase, { ids: books.ids, now: books.clock.at, before: DAY + 2 })
  await assert.rejects(books.kit.ledgerDatabase.query(drop), { code: '23001' }, 'a day is dropped before it is sealed')
  const sealed = await Promise.all([1, 2, 3].map(() => sealDays(books.kit.ledgerDatabase, sealing)))
  assert.equal(
    sealed.reduce((sum, days) => sum + days),
    2,
  )
  assert.equal(await sealDays(books.kit.ledgerDatabase, sealing), 0)
  calls = [...calls, ...left]
  const published = await dayRoots()
  assert.equal(published.size, 2)
  for (const call of calls) {
    const text = JSON.stringify(await found(call))
    assert.deepEqual(verifyReceipt(text, { dayRoots: published }).provenBy, ['day root'])
    assert.deepEqual(verifyReceipt(text, { keys: await keys(), dayRoots: published }).provenBy, ['signature', 'day root'])
    const wrong = new Map([...published].map(([day, root]) => [day, { ...root, root: otherThan(root.root) }]))
    assert.equal(verifyReceipt(text, { dayRoots: wrong }).problems.length, 1)
  }
})

test('nothing is added to a sealed day', async () => {
  const [row] = await books.kit.ownerDatabase.query<{ kid: string }>(sql`select kid from signing_key`)
  await assert.rejects(
    books.kit.ownerDatabase.query(sql`
      insert into receipt_batch (day, last_commit, node_id, count, root, leaves, kid, signature, created_at)
      values (${isoDate(DAY)}::date, 1, ${books.nodeId}::uuid, 1, ${Buffer.alloc(32)}, ${Buffer.alloc(32)}, ${row?.kid}, ${Buffer.alloc(64)}, now())`),
    { code: '23001' },
  )
  await assert.rejects(books.kit.ownerDatabase.query(sql`update day_root set salt = ${Buffer.alloc(32)}`), { code: '23001' })
  await assert.rejects(books.kit.ledgerDatabase.query(sql`update receipt_batch set root = ${Buffer.alloc(32)}`), { code: '42501' })
  await assert.rejects(books.kit.appDatabase.query(sql`update receipt_batch set day_path = null`), { code: '42501' })
})

test('a receipt altered in any byte is refused, with the keys as with the day roots', async () => {
  const text = canonicalJson(await found(calls.at(30)))
  const evidences = [{ keys: await keys() }, { dayRoots: await dayRoots() }]
  assert.equal(verifyReceipt(text, evidences[0] ?? {}).provenBy.length, 1)
  for (const evidence of evidences) {
    for (let at = 0; at < text.length; at += 1) {
      // Each byte once with a neighbour of its value, which keeps digits digits and letters letters.
      const altered = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1)
      assert.deepEqual(verifyReceipt(altered, evidence).provenBy, [], `byte ${at} of ${altered}`)
    }
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
        fc.pre(text.charCodeAt(at) !== code)
        const altered = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1)
        assert.deepEqual(verifyReceipt(altered, evidence).provenBy, [], `byte ${at} as ${code}`)
      }),
      { numRuns: 3000 },
    )
  }
})

test('a receipt is refused with members given twice, left out or made up, and taken in any layout', async () => {
  const receipt = await found(calls.at(3))
  const evidence = { keys: await keys() }
  const text = JSON.stringify(receipt)
  assert.deepEqual(verifyReceipt(JSON.stringify(receipt, null, 2), evidence).provenBy, ['signature'])
  assert.deepEqual(verifyReceipt(` ${text}\n`, evidence).provenBy, ['signature'])
  const wrong = [
    text.replace('"version":2', '"version":2,"version":2'),
    text.replace('"version":2', '"version":2,"more":1'),
    text.replace('"version":2', '"version":1'),
    text.replace('"usage":{', '"usage":{"parrots":1,'),
    JSON.stringify({ ...receipt, sum: undefined }),
    JSON.stringify({ ...receipt, day: undefined }),
    JSON.stringify({ ...receipt, batch: { ...receipt.batch, path: [] } }),
    `[${text}]`,
    'null',
    '',
  ]
  for (const other of wrong) assert.notEqual(verifyReceipt(other, evidence).problems.length, 0, other)
})

test('a cost that is not that of the usage is found, even when it was signed so', async () => {
  const receipt = await found(calls.at(5))
  const call = { ...receipt.call, cost_nano_usd: '1', hold_nano_usd: '0' }
  const { problems } = await verify({ ...receipt, call, sum: sumOfCall(call) })
  assert.match(problems.join(), /costs \d+ nano-USD, but 1 and a shortfall of \d+ are written/)
  assert.match(problems.join(), /more than was held/)
})

test('what one node left and nobody can sign keeps the days of its calls from being sealed, and no other', async () => {
  const well = await openBooks({ seed: 5, accounts: 2, day: DAY })
  try {
    const { kit, ids, clock } = well
    const left = await openBooks({ seed: 6, accounts: 1, day: DAY, kit })
    const ownSigner = await openSigner(kit.ledgerDatabase, join(folder, 'own'), clock.at)
    const sealing = { key: ownSigner.keyAt(clock.at), salt: () => randomBytes(32), now: clock.at }
    const sealed = async () => (await listDayRoots(kit.appDatabase, { limit: 10 })).map(({ day }) => day)
    for (const day of [DAY, DAY + 1, DAY + 2]) {
      await well.beginDay(day)
      await left.beginDay(day)
      await well.settle(well.accounts)
      if (day !== DAY + 1) await left.settle(left.accounts)
    }
    const name = (from: number, to: number) =>
      kit.ownerDatabase.query(sql`
        update usage_event set model_serial = model_serial - ${from}::integer + ${to}::integer
        where account_id = ${left.accounts[0]}::uuid and posted_day = ${isoDate(DAY)}::date`)
    await closeDays(kit.ledgerDatabase, { ids, now: clock.at, before: DAY + 3 })
    await name(0, 1_000)
    await assert.rejects(sealDays(kit.ledgerDatabase, sealing), RangeError)
    assert.deepEqual(await sealed(), [isoDate(DAY + 1)])
    await name(1_000, 0)
    assert.equal(await sealDays(kit.ledgerDatabase, sealing), 2)
    assert.deepEqual(await sealed(), [DAY + 2, DAY + 1, DAY].map(isoDate))
  } finally {
    await well.close()
  }
})

test('what a node left that is not heard any more is signed by another, what the others have is theirs', async () => {
  const { appDatabase, ledgerDatabase, ownerDatabase } = books.kit
  await other.beginDay(DAY + 2)
  const [ours, theirs] = [await books.settle(books.accounts), await other.settle(other.accounts)]
  const signSilent = () => signSilentNodes(ledgerDatabase, { nodeId: books.nodeId, key: signer.keyAt(books.clock.at), now: books.clock.at })
  const heard = (nodeId: string, at: Date) => ownerDatabase.query(sql`update node set seen_at = ${at} where id = ${nodeId}::uuid`)
  await heard(other.nodeId, new Date(Date.now() + 3_600_000))
  assert.equal(await signSilent(), 0)
  for (const { nodeId } of [books, other]) await heard(nodeId, new Date(Date.now() - 61_000))
  assert.equal(await signSilent(), theirs.length)
  assert.equal(await signSilent(), 0)
  for (const call of theirs) assert.deepEqual((await verify(await found(call))).problems, [])
  const unsigned = await Promise.all(ours.map((call) => find(call)))
  assert.deepEqual(new Set(unsigned), new Set(['unsigned']))
  assert.equal(await sign(), ours.length)
  const batches = await appDatabase.query<{ node_id: string }>(sql`select node_id from receipt_batch where day = ${isoDate(DAY + 2)}::date`)
  assert.deepEqual(batches.map(({ node_id }) => node_id).toSorted(), [books.nodeId, other.nodeId].toSorted())
})
