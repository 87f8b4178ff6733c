// Guards: a receipt is shown to its account alone, and tells nobody else that there is one; what receipts are checked with is public.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { openBooks, type SimulatedBooks } from '../../checks/money/simulated-books.ts'
import { sql } from '../db/index.ts'
import { hashKey, mintSecret } from '../keys/index.ts'
import { closeDays } from '../ledger/index.ts'
import { openSigner, readPublicKeys, type Signer, sealDays, signCommits, verifyReceipt } from '../receipts/index.ts'
import { customerApp } from './customer-app.ts'
import type { ApiEnv } from './dependencies.ts'
import { send, testWorld } from './test-world.ts'

const DAY = 20_000
const folder = mkdtempSync(join(tmpdir(), 'farebox-receipts-api-'))
let books: SimulatedBooks
let signer: Signer
let app: Hono<ApiEnv>
const secrets = new Map<string, string>()

before(async () => {
  books = await openBooks({ seed: 9, accounts: 2, day: DAY })
  signer = await openSigner(books.kit.ledgerDatabase, folder, books.clock.at)
  const world = testWorld(books.kit.appDatabase)
  app = customerApp({ ...world.dependencies, clock: books.clock })
  for (const [index, account] of books.accounts.entries()) {
    const secret = mintSecret(Buffer.alloc(32, index + 1))
    secrets.set(account, secret)
    await books.kit.appDatabase.query(sql`insert into account (id) values (${account}::uuid)`)
    await books.kit.appDatabase.query(sql`
      insert into api_key (id, account_id, hash, hint) values (${books.ids.uuid()}::uuid, ${account}::uuid, ${hashKey(secret)}, 'h')`)
  }
})
after(async () => {
  await books.close()
  rmSync(folder, { recursive: true })
})

const get = (path: string, account?: string) =>
  send(app, `GET ${path}`, { headers: { authorization: account === undefined ? '' : `Bearer ${secrets.get(account)}` } })
const signing = () => ({ nodeId: books.nodeId, key: signer.keyAt(books.clock.at), now: books.clock.at })

test('a receipt is 404 with Retry-After until it is signed, and is then shown to its account alone', async () => {
  const [mine = '', theirs = ''] = books.accounts
  const [call] = await books.settle([mine])
  const path = `/v1/receipts/${call?.requestId}`
  const early = await get(path, mine)
  assert.deepEqual([early.status, early.headers.get('retry-after'), early.json.error.code], [404, '1', 'receipt_unsigned'])
  await signCommits(books.kit.ledgerDatabase, signing())
  const shown = await get(path, mine)
  assert.equal(shown.status, 200)
  const keys = readPublicKeys((await get('/.well-known/jwks.json')).text)
  assert.deepEqual(verifyReceipt(shown.text, keys === undefined ? {} : { keys }).provenBy, ['signature'])
  assert.equal((await get(path)).status, 401)
  const unknown = `/v1/receipts/${books.ids.uuid()}`
  const [ofOther, ofNobody] = [await get(path, theirs), await get(unknown, theirs)]
  assert.deepEqual([ofOther.status, ofOther.text], [404, ofNobody.text])
  books.clock.at += 3_600_000
  for (const id of [call?.requestId, books.ids.uuid().replace(/^.{8}/, '00000000'), 'nonsense']) {
    const answer = await get(`/v1/receipts/${id}`, theirs)
    assert.deepEqual([answer.status, answer.json.error.code, answer.headers.get('retry-after')], [404, 'receipt_unknown', null], id)
  }
})

test('an end user reads receipts of calls by keys of their own, and no others of the account, which reads all', async () => {
  const [account = ''] = books.accounts
  const [one, other] = [books.ids.uuid(), books.ids.uuid()]
  for (const id of [one, other])
    await books.kit.appDatabase.query(sql`insert into key_group (id, account_id, created_at) values (${id}::uuid, ${account}::uuid, now())`)
  const lend = async (groupId: string | undefined, seed: number) => {
    const [id, secret] = [books.ids.uuid(), mintSecret(Buffer.alloc(32, seed))]
    await books.kit.appDatabase.query(sql`
      insert into api_key (id, account_id, group_id, hash, hint) values (${id}::uuid, ${account}::uuid, ${groupId ?? null}::uuid, ${hashKey(secret)}, 'h')`)
    return { id, secret }
  }
  const keys = {
    mine: await lend(one, 71),
    mineToo: await lend(one, 72),
    theirs: await lend(other, 73),
    house: await lend(undefined, 74),
  }
  const calls = new Map<string, string>()
  for (const [name, { id }] of Object.entries(keys)) {
    const [call] = await books.settle([account])
    await books.kit.ownerDatabase.query(sql`update usage_event set key_id = ${id}::uuid where request_id = ${call?.requestId ?? ''}::uuid`)
    calls.set(name, call?.requestId ?? '')
  }
  await signCommits(books.kit.ledgerDatabase, signing())
  const readBy = async (secret: string) => {
    const told: Record<string, string> = {}
    for (const [name, id] of calls) {
      const answer = await send(app, `GET /v1/receipts/${id}`, { headers: { authorization: `Bearer ${secret}` } })
      told[name] = answer.json.error?.code ?? answer.json.call.key_id
    }
    return told
  }
  const [mine, mineToo, theirs, house] = [keys.mine.id, keys.mineToo.id, keys.theirs.id, keys.house.id]
  assert.deepEqual(await readBy(keys.house.secret), { mine, mineToo, theirs, house })
  // What is not theirs is to them as what is not there, or not there yet.
  books.clock.at += 3_600_000
  const none = 'receipt_unknown'
  assert.deepEqual(await readBy(keys.mine.secret), { mine, mineToo, theirs: none, house: none })
  assert.deepEqual(await readBy(keys.theirs.secret), { mine: none, mineToo: none, theirs, house: none })
})

test('keys and day roots are public, roots come newest first and page by day', async () => {
  for (let day = 1; day <= 3; day += 1) {
    await books.beginDay(DAY + day)
    await books.settle(books.accounts)
    await closeDays(books.kit.ledgerDatabase, { ids: books.ids, now: books.clock.at, before: DAY + day })
    await sealDays(books.kit.ledgerDatabase, { ...signing(), salt: () => Buffer.alloc(32, day) })
  }
  const roots = await get('/.well-known/day-roots')
  assert.equal(roots.status, 200)
  assert.deepEqual(
    roots.json.data.map(({ day }: { day: string }) => day),
    ['2024-10-06', '2024-10-05', '2024-10-04'],
  )
  assert.deepEqual(Object.keys(roots.json.data[0]).sort(), ['batches', 'day', 'root', 'salt'])
  assert.equal(roots.json.next, null)
  assert.equal((await get('/.well-known/day-roots?before=2024-10-05')).json.data.length, 1)
  for (const before of ['x', '2024-13-01', '2024-10-05T00:00', ''])
    assert.equal((await get(`/.well-known/day-roots?before=${before}`)).json.error.code, 'invalid_field', before)
  const { keys } = (await get('/.well-known/jwks.json')).json
  assert.deepEqual(Object.keys(keys[0]).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  for (const path of ['/.well-known/jwks.json', '/.well-known/day-roots', '/v1/receipts/x'])
    assert.equal((await send(app, `POST ${path}`, {})).status, 405, path)
})
