import { type Database, sql } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'
import { isUuid } from '../../../lib/index.ts'
import { type AddressTree, INDEX_END } from './xpub.ts'

/** The deposit addresses that were given, each to one account for good. */
export type AddressBook = {
  /** The checksummed address of an account, given to it now if it has none. Fails with account_unknown. */
  readonly addressOf: (accountId: string, now: number) => Promise<string>
  /** Whose address it is (lower case): an account, nobody any more (null), or none of ours (undefined). */
  readonly ownerOf: (address: string) => Promise<string | null | undefined>
  /** Every address of ours, lower case, also of earlier xpubs and of accounts that are gone. */
  readonly all: () => Promise<readonly string[]>
}

/** Addresses given so long before the newest are asked for again, as a node that gave one may have been slow to write it. */
const OVERLAP_MS = 600_000

/** What addresses are given from: indices below `firstIndex` are never given. */
export type AddressBookParts = { readonly database: Database; readonly tree: AddressTree; readonly firstIndex: number }

/** The book of addresses of an xpub. */
export function makeAddressBook({ database, tree, firstIndex }: AddressBookParts): AddressBook {
  const known = new Set<string>()
  let newest = 0
  return {
    addressOf: async (accountId, now) => {
      if (!isUuid(accountId)) fail('account_unknown')
      const index = (await findIndex(database, tree, accountId)) ?? (await give({ database, tree, firstIndex }, accountId, now))
      return tree.addressAt(index)
    },
    ownerOf: async (address) => {
      const [row] = await database.query<{ account_id: string | null }>(sql`
        select account_id from usdc_address where address = ${bytesOf(address)}`)
      return row?.account_id
    },
    all: async () => {
      const since = new Date(Math.max(0, newest - OVERLAP_MS))
      const rows = await database.query<{ address: Buffer; given_at: Date }>(sql`
        select address, given_at from usdc_address where given_at >= ${since} order by given_at, address`)
      for (const { address, given_at } of rows) {
        known.add(`0x${address.toString('hex')}`)
        newest = Math.max(newest, given_at.getTime())
      }
      return [...known]
    },
  }
}

async function findIndex(database: Database, tree: AddressTree, accountId: string): Promise<number | undefined> {
  const [row] = await database.query<{ address_index: bigint }>(sql`
    select address_index from usdc_address where xpub_tag = ${tree.tag} and account_id = ${accountId}::uuid`)
  return row === undefined ? undefined : Number(row.address_index)
}

/** Two that ask at once for one account get one index: who comes second waits for the first and finds it. */
async function give(parts: AddressBookParts, accountId: string, now: number): Promise<number> {
  const { database, tree, firstIndex } = parts
  return await database.transaction(async (tx) => {
    const known = await tx.query(sql`select from account where id = ${accountId}::uuid and status <> 'erased' for key share`)
    if (known.length === 0) fail('account_unknown')
    await tx.query(sql`insert into usdc_xpub (xpub_tag, next_index) values (${tree.tag}, 0) on conflict do nothing`)
    const [next] = await tx.query<{ next_index: bigint }>(sql`
      select next_index from usdc_xpub where xpub_tag = ${tree.tag} for update`)
    const given = await findIndex(tx, tree, accountId)
    if (given !== undefined) return given
    const index = Math.max(Number(next?.next_index ?? 0n), firstIndex)
    if (index >= INDEX_END) throw new RangeError('no index of this xpub is left')
    await tx.query(sql`update usdc_xpub set next_index = ${index + 1} where xpub_tag = ${tree.tag}`)
    await tx.query(sql`
      insert into usdc_address (address, xpub_tag, address_index, account_id, given_at)
      values (${bytesOf(tree.addressAt(index))}, ${tree.tag}, ${index}, ${accountId}::uuid, ${new Date(now)})`)
    return index
  })
}

const bytesOf = (address: string): Buffer => Buffer.from(address.slice(2), 'hex')
