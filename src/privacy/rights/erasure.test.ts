// Guarantee: an erased account is locked at once, readable nowhere when its calls have ended, and gone but for what was shown before; for the
// right person only, once, whatever crashes in between, and again when a backup brings it back. Books stay right to the nano-dollar.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { openRightsWorld, type RightsWorld } from '../../../checks/privacy/rights-world.ts'
import { changeAccount, getAccount } from '../../accounts/index.ts'
import { type Database, sql } from '../../db/index.ts'
import { FailureError } from '../../failures.ts'
import { createKey } from '../../keys/index.ts'
import { noteUse } from '../policy/index.ts'
import { advanceErasure } from './advance-erasure.ts'
import { makeRights } from './rights.ts'

let world: RightsWorld
before(async () => {
  world = await openRightsWorld()
})
after(() => world.close())

const DAY_MS = 86_400_000
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'none'
  } catch (thrown) {
    return thrown instanceof FailureError ? thrown.failure.code : String(thrown)
  }
}
const erase = (accountId: string, email: string, giveUp = 0n) => world.rights.erase({ accountId, email, giveUp, cause: 'operator' })
const stateOf = async (accountId: string) => (await world.rights.planErasure(accountId)).erasure?.state
const rowsOf = async (accountId: string, table: string): Promise<number> => {
  const [row] = await world.kit.ownerDatabase.query<{ rows: bigint }>(
    table === 'api_key'
      ? sql`select count(*) as rows from api_key where account_id = ${accountId}::uuid`
      : sql`select count(*) as rows from usage_event where account_id = ${accountId}::uuid`,
  )
  return Number(row?.rows)
}

test('what stays afterwards is what was shown to stay before, and the rest is gone', async () => {
  const id = await world.customer('shown@example.com', 50n)
  await world.calls(id, 3)
  await world.ledger.refund({ accountId: id, amount: 50n, sourceKey: 'refund:shown', reason: 'back' })
  const before = await world.rights.planErasure(id)
  assert.equal(before.erasure, undefined)
  const until = `${new Date(world.clock.at).getUTCFullYear() + 10}-12-31`
  assert.deepEqual(
    before.holds.map((hold) => `${hold.category} ${hold.until}`),
    [`free-text ${until}`, `identifier ${until}`, `money ${until}`],
  )
  assert.ok(before.stays.some((part) => part.table === 'transfer' && part.until === until && part.basis === 'legal-obligation'))
  assert.ok(before.goes.some((part) => part.columns.includes('email_sealed')))
  assert.ok(before.expires.some((part) => part.table === 'idempotency' && part.rows === null))
  const after = await erase(id, 'Shown@Example.com ')
  assert.equal(after.erasure?.state, 'done')
  assert.deepEqual(after.holds, before.holds)
  const names = (parts: readonly { readonly table: string; readonly columns: readonly string[] }[]) =>
    parts.flatMap((part) => part.columns.map((column) => `${part.table}.${column}`)).toSorted()
  const own = names(after.stays).filter((name) => !/^(account_erasure|legal_hold)\./.test(name))
  assert.deepEqual(own, names(before.stays))
  assert.deepEqual(after.goes, [])
  assert.deepEqual([await rowsOf(id, 'api_key'), await rowsOf(id, 'usage_event')], [0, 0])
  const account = await getAccount(world.kit.appDatabase, world.subjects, id)
  assert.deepEqual([account.email, account.status, account.limits.requestsPerMinute], [undefined, 'erased', undefined])
  assert.ok(world.destroyed.includes(id))
  assert.equal((await world.ledger.verify()).ok, true)
})

test('an erased account gets no key, no change and no other state; its address is free for a new account', async () => {
  const id = await world.customer('again@example.com')
  await erase(id, 'again@example.com')
  assert.equal(await codeOf(changeAccount(world.kit.appDatabase, id, { status: 'active' })), 'account_unknown')
  const key = {
    id: world.options.ids.uuid(),
    accountId: id,
    name: 'k',
    models: undefined,
    expiresAt: undefined,
    random: Buffer.alloc(32, 5),
  }
  const limits = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }
  assert.equal(await codeOf(createKey(world.kit.appDatabase, world.subjects, { ...key, limits, now: world.clock.at })), 'account_unknown')
  assert.equal(await codeOf(world.rights.correctEmail(id, 'new@example.com')), 'account_unknown')
  assert.equal(await codeOf(world.rights.exportZip(id)), 'account_unknown')
  assert.notEqual(await world.customer('again@example.com'), id)
})

test('not for the wrong person, not for nobody, and once for whoever asks twice or at the same time', async () => {
  const id = await world.customer('right@example.com')
  for (const email of ['wrong@example.com', '', 'right@example.co', 'right@example.com.evil'])
    assert.equal(await codeOf(erase(id, email)), 'erasure_wrong_person', email)
  assert.equal(await stateOf(id), undefined)
  assert.equal(await codeOf(erase('nonsense', 'right@example.com')), 'account_unknown')
  assert.equal(await codeOf(erase(world.options.ids.uuid(), 'right@example.com')), 'account_unknown')
  const all = await Promise.all([1, 2, 3, 4].map(() => erase(id, 'right@example.com')))
  assert.equal(await stateOf(id), 'done')
  assert.equal(new Set(all.map(({ erasure }) => erasure?.requestedAt.getTime())).size, 1)
  assert.equal((await erase(id, 'right@example.com')).erasure?.state, 'done')
})

test('money that is left has to be given up expressly, all of it', async () => {
  const id = await world.customer('rich@example.com', 1_000_000_001n)
  assert.equal(await codeOf(erase(id, 'rich@example.com')), 'erasure_money_left')
  assert.equal(await codeOf(erase(id, 'rich@example.com', 1_000_000_000n)), 'erasure_money_left')
  assert.deepEqual([await stateOf(id), (await world.rights.planErasure(id)).left], [undefined, 1_000_000_001n])
  assert.equal((await erase(id, 'rich@example.com', 1_000_000_001n)).erasure?.state, 'done')
  const [row] = await world.kit.ownerDatabase.query<{ given_up: bigint }>(
    sql`select given_up from account_erasure where account_id = ${id}`,
  )
  assert.equal(row?.given_up, 1_000_000_001n)
})

test('money on its way to a card has to be given up too, until the card has it', async () => {
  const [id, payment, refund] = [await world.customer('card@example.com'), randomUUID(), randomUUID()]
  const at = new Date(world.clock.at)
  await world.kit.appDatabase.query(sql`
    insert into payment (id, account_id, rail, purpose, amount, state, created_at)
    values (${payment}::uuid, ${id}::uuid, 'stripe', '{"kind":"topup"}'::jsonb, 50, 'open', ${at})`)
  await world.kit.appDatabase.query(sql`
    insert into stripe_refund (id, payment_id, account_id, origin, amount, gross_cents, state, asked_at)
    values (${refund}::uuid, ${payment}::uuid, ${id}::uuid, 'here', 50, 5, 'asked', ${at})`)
  const left: (bigint | undefined)[] = []
  for (const state of ['asked', 'taken', 'sent'] as const) {
    await world.kit.appDatabase.query(sql`update stripe_refund set state = ${state} where id = ${refund}::uuid`)
    left.push((await world.rights.planErasure(id)).left)
  }
  // What is only asked for is on the balance still, of which there is none here.
  assert.deepEqual(left, [0n, 50n, 50n])
  assert.equal(await codeOf(erase(id, 'card@example.com')), 'erasure_money_left')
  await world.kit.appDatabase.query(sql`update stripe_refund set state = 'done', ended_at = ${at} where id = ${refund}::uuid`)
  assert.equal((await erase(id, 'card@example.com')).erasure?.state, 'done')
})

test('keys are dead at once; a running call is waited for, but not beyond the promised end', async () => {
  const id = await world.customer('open@example.com', 100n)
  const node = world.options.ids.uuid()
  await world.kit.ownerDatabase.query(sql`update balance set available = 60, held = 40 where account_id = ${id}`)
  await world.kit.ownerDatabase.query(sql`insert into slice (node_id, account_id, amount) values (${node}, ${id}, 40)`)
  const begun = await erase(id, 'open@example.com', 100n)
  assert.equal(begun.erasure?.state, 'locked')
  const [keys] = await world.kit.ownerDatabase.query<{ live: bigint }>(sql`
    select count(*) as live from api_key where account_id = ${id} and revoked_at is null`)
  assert.equal(keys?.live, 0n)
  assert.ok(!world.destroyed.includes(id))
  assert.equal(await world.rights.resume(), 1)
  world.clock.at += 6 * DAY_MS
  await world.rights.resume()
  assert.equal(await stateOf(id), 'locked')
  world.clock.at += DAY_MS
  await world.rights.resume()
  assert.equal(await stateOf(id), 'done')
  world.clock.at -= 7 * DAY_MS
})

test('calls of a day that is not charged yet are waited for, and the count of what is late says so', async () => {
  const id = await world.customer('day@example.com')
  let isCharged = false
  const rights = makeRights({ ...world.options, forgetUsage: async () => isCharged })
  assert.equal((await rights.erase({ accountId: id, email: 'day@example.com', giveUp: 0n, cause: 'operator' })).erasure?.state, 'shredded')
  assert.deepEqual((await rights.counts()).erasures, { open: 1, late: 0 })
  world.clock.at += 8 * DAY_MS
  assert.deepEqual((await rights.counts()).erasures, { open: 1, late: 1 })
  isCharged = true
  assert.equal(await rights.resume(), 0)
  assert.equal(await stateOf(id), 'done')
  world.clock.at -= 8 * DAY_MS
})

test('however many erasures wait or fail, the ones after them are carried on', async () => {
  await world.kit.ownerDatabase.query(sql`
    insert into account_erasure (account_id, state, cause, given_up, requested_at, gone_by)
    select gen_random_uuid(), 'shredded', 'customer', 0, now() - interval '1 hour', now() + interval '7 days' from generate_series(1, 250)`)
  const id = await world.customer('behind@example.com')
  await world.kit.ownerDatabase.query(sql`
    insert into account_erasure (account_id, state, cause, given_up, requested_at, gone_by)
    values (${id}, 'requested', 'customer', 0, now(), now() + interval '7 days')`)
  const forgetUsage = async (accountId: string): Promise<boolean> => {
    if (accountId === id) return true
    return accountId < '8' ? false : Promise.reject(new Error('unreadable'))
  }
  assert.equal(await makeRights({ ...world.options, forgetUsage }).resume(), 250)
  assert.equal(await stateOf(id), 'done')
  await world.kit.ownerDatabase.query(sql`delete from account_erasure where state <> 'done'`)
})

test('a crash at any statement leaves an erasure that is taken to its end by whoever comes next', { timeout: 120_000 }, async () => {
  let counter = 0
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 40 }), fc.boolean(), async (after, isAfter) => {
      counter += 1
      const email = `crash-${counter}@example.com`
      const id = await world.customer(email, 7n)
      await world.calls(id, 2)
      const broken = makeRights({ ...world.options, database: breaking(world.options.database, { after, isAfter }) })
      await broken.erase({ accountId: id, email, giveUp: 7n, cause: 'operator' }).catch(() => undefined)
      await erase(id, email, 7n)
      await world.rights.resume()
      assert.equal(await stateOf(id), 'done')
      assert.deepEqual([await rowsOf(id, 'api_key'), await rowsOf(id, 'usage_event')], [0, 0])
      assert.equal((await getAccount(world.kit.appDatabase, world.subjects, id)).email, undefined)
    }),
    { numRuns: 25 },
  )
})

test('a backup that knows an erased account is erased again before anything is served', async () => {
  const id = await world.customer('restored@example.com', 3n)
  await world.subjects.destroy(id)
  await world.kit.ownerDatabase.query(sql`update balance set available = 1, held = 2 where account_id = ${id}`)
  await world.kit.ownerDatabase.query(sql`insert into slice (node_id, account_id, amount) values (${id}, ${id}, 2)`)
  assert.equal(await world.rights.replay(), 1)
  assert.ok(['shredded', 'done'].includes((await stateOf(id)) ?? ''))
  assert.equal((await getAccount(world.kit.appDatabase, world.subjects, id)).email, undefined)
  assert.equal(await world.rights.replay(), 0)
})

test('what the law made us keep is forgotten at its date, by both clocks, and not a day before', async () => {
  const kept = await world.customer('kept@example.com', 9n)
  const bare = await world.customer('bare@example.com')
  await erase(kept, 'kept@example.com', 9n)
  await erase(bare, 'bare@example.com')
  assert.equal((await world.rights.planErasure(bare)).holds.length, 0)
  const isThere = async (id: string) => (await world.kit.ownerDatabase.query(sql`select from account where id = ${id}`)).length === 1
  // Our clock alone is not believed.
  world.clock.at += 4000 * DAY_MS
  await world.rights.sweep()
  assert.deepEqual([await isThere(kept), await isThere(bare)], [true, true])
  await world.kit.ownerDatabase.query(sql`update account_erasure set done_at = done_at - interval '31 days'`)
  await world.rights.sweep()
  assert.deepEqual([await isThere(kept), await isThere(bare)], [true, false])
  await world.kit.ownerDatabase.query(sql`update legal_hold set until = current_date where account_id = ${kept}`)
  await world.rights.sweep()
  assert.equal(await isThere(kept), true)
  await world.kit.ownerDatabase.query(sql`update legal_hold set until = current_date - 1 where account_id = ${kept}`)
  await world.rights.sweep()
  assert.equal(await isThere(kept), false)
  assert.equal(await codeOf(world.rights.planErasure(kept)), 'account_unknown')
  assert.equal((await world.ledger.verify()).ok, true)
  world.clock.at -= 4000 * DAY_MS
})

test('an erased account that had called on under a policy has seen none afterwards, and one that cannot be forgotten keeps no others', async () => {
  const { ownerDatabase, appDatabase } = world.kit
  const [called, stuck, bare] = [
    await world.customer('called@example.com'),
    await world.customer('stuck@example.com'),
    await world.customer('b@example.com'),
  ]
  await ownerDatabase.query(sql`
    insert into policy_version (number, profile, claims, recipients, text, hash, is_significant, published_at, effective_at)
    values (1, 'strict', '[]', '{}', 'text', ${Buffer.alloc(32)}, false, now() - interval '9 days', now() - interval '9 days')`)
  await ownerDatabase.query(sql`
    insert into usage_day (account_id, day, cost, shortfall, calls, closed_at) values (${called}, current_date - 2, 0, 0, 1, now())`)
  assert.equal(await noteUse(appDatabase, world.clock.at), 1)
  for (const [id, email] of [
    [called, 'called@example.com'],
    [stuck, 'stuck@example.com'],
    [bare, 'b@example.com'],
  ] as const)
    await erase(id, email)
  assert.equal(await noteUse(appDatabase, world.clock.at), 0)
  assert.deepEqual(await ownerDatabase.query(sql`select from policy_seen where account_id = ${called}`), [])
  await ownerDatabase.query(sql`create table held_by (account_id uuid references account)`)
  await ownerDatabase.query(sql`insert into held_by values (${stuck})`)
  // As it was written before.
  await ownerDatabase.query(sql`insert into policy_seen (account_id, version, how, seen_at) values (${called}, 1, 'use', now())`)
  await ownerDatabase.query(sql`update account_erasure set done_at = done_at - interval '31 days'`)
  await ownerDatabase.query(sql`delete from legal_hold where account_id = ${called}`)
  await world.rights.sweep()
  const left = await ownerDatabase.query<{ id: string }>(sql`select id from account where id in (${called}, ${stuck}, ${bare})`)
  assert.deepEqual(left, [{ id: stuck }])
  assert.ok(world.logged.some(({ event, account, code }) => event === 'account-unforgotten' && account === stuck && code === '23503'))
  await ownerDatabase.query(sql`drop table held_by`)
})

test('whom a payment processor has yet to forget is remembered until it has, however long that takes', async () => {
  const { ownerDatabase, appDatabase } = world.kit
  const [asked, done] = [await world.customer('asked@example.com'), await world.customer('forgotten@example.com')]
  for (const [id, email] of [
    [asked, 'asked@example.com'],
    [done, 'forgotten@example.com'],
  ] as const)
    await erase(id, email)
  await ownerDatabase.query(sql`
    insert into stripe_erasure (account_id, customer_id, state, outcome, asked_at, ended_at)
    values (${asked}, 'cus_1', 'asked', null, now() - interval '40 days', null),
      (${done}, null, 'done', 'customer_deleted', now() - interval '40 days', now() - interval '40 days')`)
  await ownerDatabase.query(sql`update account_erasure set done_at = done_at - interval '31 days'`)
  const left = async () => (await ownerDatabase.query<{ id: string }>(sql`select account_id as id from stripe_erasure`)).map(({ id }) => id)
  await world.rights.sweep()
  assert.deepEqual([await left(), await stateOf(asked)], [[asked], 'done'])
  const [row] = await appDatabase.query(sql`select forget_account(${asked}::uuid) as is_gone`)
  assert.deepEqual([row, await left()], [{ is_gone: false }, [asked]])
  await ownerDatabase.query(sql`
    update stripe_erasure set state = 'done', outcome = 'customer_deleted', customer_id = null, ended_at = now() where account_id = ${asked}`)
  await world.rights.sweep()
  assert.deepEqual([await left(), await codeOf(world.rights.planErasure(asked))], [[], 'account_unknown'])
})

test('another node that works on an erasure is not disturbed', async () => {
  const id = await world.customer('taken@example.com')
  await world.kit.ownerDatabase.query(sql`
    insert into account_erasure (account_id, state, cause, given_up, requested_at, gone_by) values (${id}, 'requested', 'operator', 0, now(), now())`)
  await world.kit.ownerDatabase.transaction(async (tx) => {
    await tx.query(sql`select from account_erasure where account_id = ${id} for update`)
    assert.equal((await advanceErasure(world.options, id))?.state, 'requested')
  })
  assert.equal((await advanceErasure(world.options, id))?.state, 'done')
})

/** A database whose statements fail from some point on: not done, or done and not answered. */
function breaking(real: Database, { after, isAfter }: { readonly after: number; readonly isAfter: boolean }): Database {
  let left = after
  const wrap = (on: Database): Database => ({
    ...on,
    query: async <Row>(statement: Parameters<Database['query']>[0]) => {
      left -= 1
      if (left < 0 && !isAfter) throw new Error('killed')
      const rows = await on.query<Row>(statement)
      if (left < 0) throw new Error('killed')
      return rows
    },
    transaction: (work) => on.transaction((tx) => work(wrap(tx))),
  })
  return wrap(real)
}
