// Guarantee: every table that holds something of customers says how a person's rows are found, rightly by the live database; so export, erasure
// and access, which are made of it, miss no table and meet nobody else's rows.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openRightsWorld, type RightsWorld } from '../../../checks/privacy/rights-world.ts'
import { readLiveColumns } from '../../db/index.ts'
import { PERSONAL_DATA } from '../../inventory.ts'
import { countRows } from './count-rows.ts'
import { ownedTables, personalTables } from './personal-tables.ts'

let world: RightsWorld
before(async () => {
  world = await openRightsWorld()
})
after(() => world.close())

test('each customer table names an owner, the same in all its columns, by columns that the database has', async () => {
  const live = new Set((await readLiveColumns(world.kit.ownerDatabase)).map(({ table, column }) => `${table}.${column}`))
  for (const { table, owner, columns } of personalTables(PERSONAL_DATA)) {
    for (const entry of columns) assert.deepEqual(entry.owner, owner, `${table}.${entry.column}`)
    if (owner === 'unknown') continue
    assert.ok(owner.length > 0, table)
    for (const { column, through } of owner) {
      assert.ok(live.has(`${table}.${column}`), `${table}.${column}`)
      if (through !== undefined) assert.ok(live.has(`${through.table}.${through.column}`), through.table)
    }
  }
  assert.throws(() => personalTables(PERSONAL_DATA.map((entry) => ({ ...entry, owner: undefined as never }))), /does not say whose/)
})

test('no table deletes some columns and keeps others, as rows go whole', () => {
  for (const { table, columns } of personalTables(PERSONAL_DATA)) {
    const ways = new Set(columns.map(({ erase }) => erase))
    assert.ok(!ways.has('delete') || ways.size === 1, table)
  }
})

test('a column with an account id in it that is not listed as an owner is noticed', async () => {
  // By name: what holds an account's id is called so everywhere.
  const live = await readLiveColumns(world.kit.ownerDatabase)
  for (const { table, column } of live.filter((one) => one.column === 'account_id')) {
    const owned = ownedTables(PERSONAL_DATA).find((one) => one.table === table)
    assert.ok(
      owned?.owner.some((path) => path.column === column),
      `${table}.${column} is no owner in the inventory`,
    )
  }
})

test('each person has its own rows counted, and no row of another', async () => {
  const [one, other] = [await world.customer('one@example.com', 5n), await world.customer('other@example.com')]
  await world.calls(one, 3)
  const rows = await countRows(world.options.database, ownedTables(PERSONAL_DATA), one)
  const counted = ['account', 'api_key', 'balance', 'transfer', 'usage_event', 'ledger_account'].map((table) => rows.get(table))
  assert.deepEqual(counted, [1, 1, 1, 1, 3, 1])
  const theirs = await countRows(world.options.database, ownedTables(PERSONAL_DATA), other)
  assert.deepEqual([theirs.get('transfer'), theirs.get('usage_event'), theirs.get('account')], [0, 0, 1])
})

test('what an account owes is found with it, in the books too', async () => {
  const id = await world.customer('owes@example.com', 5n)
  await world.ledger.chargeBack({ accountId: id, amount: 9n, sourceKey: 'c', reason: 'bank' })
  const rows = await countRows(world.options.database, ownedTables(PERSONAL_DATA), id)
  assert.deepEqual([rows.get('account_debt'), rows.get('ledger_account'), rows.get('transfer')], [1, 2, 3])
})
