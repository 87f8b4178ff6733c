import { type Database, sql } from '../../../db/index.ts'
import type { SubjectKeys } from '../../../privacy/index.ts'
import type { X402Tags } from './payment.ts'

/** What opens accounts; both may be called again for the same account. `newKey` makes a key for it, whose secret may be dropped. */
export type WalletDoors = {
  readonly newId: () => string
  readonly openAccount: (accountId: string) => Promise<void>
  readonly newKey: (accountId: string, name: string, random?: Buffer) => Promise<{ readonly keyId: string; readonly secret: string }>
  /** A key of the account that was made of these bytes. */
  readonly findKey: (accountId: string, random: Buffer) => Promise<{ readonly keyId: string; readonly secret: string } | undefined>
}

/** What wallets are kept with; the role of `database` is farebox_app. */
export type WalletParts = {
  readonly database: Database
  readonly sealing: Pick<SubjectKeys, 'seal'>
  readonly tags: X402Tags
  readonly doors: WalletDoors
  readonly clock: { readonly now: () => number }
}

/** The account of a wallet, and the key its calls go by. */
export type WalletAccount = { readonly accountId: string; readonly keyId: string }

/** What the address of a wallet is sealed for, so that it opens in its own row only. */
export const addressPurpose = (tag: Buffer): string => `x402-wallet:${tag.toString('hex')}`

/** What the key is called that the calls of a wallet go by; nobody is told it, so nobody can present it. */
const KEY_NAME = 'x402'

type Row = { readonly account_id: string; readonly key_id: string | null; readonly address_sealed: Buffer | null }

/** The account of a wallet, opened with its first payment. As often as it is called it is the same one. */
export async function openWallet(parts: WalletParts, address: string): Promise<WalletAccount> {
  const { database, tags, doors, sealing, clock } = parts
  const tag = tags.ofWallet(address)
  await database.query(sql`
    insert into x402_wallet (tag, account_id, created_at) values (${tag}, ${doors.newId()}::uuid, ${new Date(clock.now())})
    on conflict (tag) do nothing`)
  const row = await readWallet(database, tag)
  const { account_id: accountId } = row
  await doors.openAccount(accountId)
  if (row.address_sealed === null) {
    const sealed = await sealing.seal(accountId, Buffer.from(address), addressPurpose(tag))
    await database.query(sql`update x402_wallet set address_sealed = ${sealed} where tag = ${tag}`)
  }
  const live = await liveKey(database, row.key_id)
  return { accountId, keyId: live ?? (await giveKey(parts, { tag, accountId, old: row.key_id })) }
}

async function readWallet(database: Database, tag: Buffer): Promise<Row> {
  const [row] = await database.query<Row>(sql`select account_id, key_id, address_sealed from x402_wallet where tag = ${tag}`)
  if (row === undefined) throw new TypeError('a wallet that was written is not there')
  return row
}

/** The key if its calls are let in; its owner can have ended it. */
async function liveKey(database: Database, keyId: string | null): Promise<string | undefined> {
  if (keyId === null) return undefined
  const rows = await database.query(sql`select from api_key where id = ${keyId}::uuid and revoked_at is null`)
  return rows.length > 0 ? keyId : undefined
}

type Giving = { readonly tag: Buffer; readonly accountId: string; readonly old: string | null }

/** Two that give at once make two keys, of which one is used. */
async function giveKey({ database, doors }: WalletParts, { tag, accountId, old }: Giving): Promise<string> {
  const { keyId } = await doors.newKey(accountId, KEY_NAME)
  await database.query(sql`
    update x402_wallet set key_id = ${keyId}::uuid where tag = ${tag} and key_id is not distinct from ${old}::uuid`)
  return (await readWallet(database, tag)).key_id ?? keyId
}

/** Whose a wallet is, and whether that account may call; undefined for one that never paid. */
export async function findWallet(
  database: Database,
  tag: Buffer,
): Promise<{ readonly accountId: string; readonly isActive: boolean } | undefined> {
  const [row] = await database.query<{ account_id: string; is_active: boolean | null }>(sql`
    select account_id, account.status = 'active' as is_active from x402_wallet left join account on account.id = account_id where tag = ${tag}`)
  return row && { accountId: row.account_id, isActive: row.is_active ?? true }
}
