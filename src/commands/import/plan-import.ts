import { type Database, sql } from '../../db/index.ts'
import { hashKey, mintSecret } from '../../keys/index.ts'
import { formatUsd } from '../../lib/index.ts'
import type { Keyring } from '../../privacy/index.ts'
import { type Imported, type ImportedAccount, type ImportedKey, type ImportedLimits, NO_LIMITS } from './imported.ts'

/** A step of an import: what it would write, what is there already, or what it leaves, and why. */
export type ImportStep = {
  readonly action: 'new' | 'there' | 'refused'
  readonly noun: string
  readonly ref: string
  readonly detail: string
}

/** A key to be minted; its id and secret come of the master key and where it comes from, so that a second run mints no second one. */
export type PlannedKey = ImportedKey & {
  readonly id: string
  readonly random: Buffer
  readonly secret: string
  readonly isThere: boolean
  /** Whether it is there and works with this secret; one that was rotated or revoked since does not. */
  readonly isOpenedBySecret: boolean
}

/** An account to be opened, under an id that comes of where it comes from. */
export type PlannedAccount = {
  readonly account: ImportedAccount
  readonly id: string
  /** What its money is known by; tells nobody where it comes from. */
  readonly sourceKey: string
  readonly isThere: boolean
  readonly isCredited: boolean
  readonly keys: readonly PlannedKey[]
  /** What is shown of it. */
  readonly steps: readonly ImportStep[]
}

/** More than an operator can give at once is no balance of a person. */
const BALANCE_MAX = 1_000_000_000_000_000n

/** What is taken over of a balance. */
export const creditOf = (balance: bigint): bigint => (balance > 0n && balance <= BALANCE_MAX ? balance : 0n)

/** What an import would do, account by account, and what it leaves of the rest. */
export type ImportPlan = { readonly accounts: readonly PlannedAccount[]; readonly left: readonly ImportStep[] }

/** What is compared: what another program told, and the time now in milliseconds since 1970, at which some of its keys have ended. */
export type ImportQuestion = { readonly imported: Imported; readonly now: number }

/** Compares what another program told with what is here; writes nothing. `database` may read accounts, keys and transfers. */
export async function planImport(database: Database, keyring: Keyring, { imported, now }: ImportQuestion): Promise<ImportPlan> {
  const models = new Set((await database.query<{ id: string }>(sql`select id from model where is_active`)).map(({ id }) => id))
  const accounts: PlannedAccount[] = []
  for (const account of imported.accounts) {
    const planned = await planAccount(database, keyring, { account, source: imported.source })
    const fitting = planned.keys.filter((key) => whyNot(key, { models, now }) === undefined)
    accounts.push({ ...planned, keys: fitting, steps: stepsOf(planned, { models, now }) })
  }
  const left = imported.refused.map(({ noun, ref, why }): ImportStep => ({ action: 'refused', noun, ref, detail: why }))
  return { accounts, left }
}

type From = { readonly account: ImportedAccount; readonly source: string }

async function planAccount(database: Database, keyring: Keyring, { account, source }: From): Promise<Omit<PlannedAccount, 'steps'>> {
  const from = (what: string): Buffer => keyring.derive('import', Buffer.from(`${source}\n${account.ref}\n${what}`))
  const id = uuidOf(from('account'))
  const sourceKey = `import:${from('credit').toString('hex')}`
  const [found] = await database.query<{ there: boolean; credited: boolean }>(sql`
    select exists (select from account where id = ${id}::uuid) as there,
      exists (select from transfer where source_key = ${sourceKey}) as credited`)
  const keys: PlannedKey[] = []
  for (const key of account.keys) {
    const random = from(`key\n${key.ref}`)
    const secret = mintSecret(random)
    const keyId = keyIdOf(from(`key-id\n${key.ref}`))
    keys.push({ ...key, id: keyId, random, secret, ...(await findImported(database, keyId, hashKey(secret))) })
  }
  return { account, id, sourceKey, isThere: found?.there === true, isCredited: found?.credited === true, keys }
}

/** By its id, as rotations let go of the hash; keys that an earlier version took over have other ids and are found by hash, or by the one before. */
async function findImported(database: Database, id: string, hash: Buffer): Promise<Pick<PlannedKey, 'isThere' | 'isOpenedBySecret'>> {
  const found = await database.query<{ opens: boolean }>(sql`
    select hash = ${hash} and revoked_at is null as opens from api_key where id = ${id}::uuid or hash = ${hash} or old_hash = ${hash}`)
  return { isThere: found.length > 0, isOpenedBySecret: found.some(({ opens }) => opens) }
}

/** Keys are listed by id, the newest first: one that was taken over is older than all that are made here, so its time is zero. */
const keyIdOf = (bytes: Buffer): string => uuidOf(Buffer.concat([Buffer.alloc(6), bytes]))

/** The first 16 bytes as a UUID of version 8. Source: RFC 9562 (2024-05), section 5.8. */
function uuidOf(bytes: Buffer): string {
  const own = Buffer.from(bytes.subarray(0, 16))
  own.writeUInt8((own.readUInt8(6) & 0x0f) | 0x80, 6)
  own.writeUInt8((own.readUInt8(8) & 0x3f) | 0x80, 8)
  return own.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

type Here = { readonly models: ReadonlySet<string>; readonly now: number }

/** Why a key is not minted here, or undefined. One that is there already stays as it is. */
function whyNot({ models, expiresAt, isThere }: PlannedKey, here: Here): string | undefined {
  const unknown = (models ?? []).filter((model) => !here.models.has(model))
  if (unknown.length > 0) return `its models are not all here (${unknown.slice(0, 5).join(', ')}); add them, then run this again`
  return !isThere && expiresAt !== undefined && expiresAt <= here.now ? 'it ended there' : undefined
}

function stepsOf({ account, id, isThere, isCredited, keys }: Omit<PlannedAccount, 'steps'>, here: Here): readonly ImportStep[] {
  const { ref, balance, limits } = account
  const opened: ImportStep = { action: isThere ? 'there' : 'new', noun: 'account', ref, detail: id }
  return [
    opened,
    ...balanceStep({ ref, balance, isCredited }),
    ...limitSteps(ref, isThere ? NO_LIMITS : limits),
    ...keys.map((key) => keyStep(key, here)),
  ]
}

type Money = { readonly ref: string; readonly balance: bigint; readonly isCredited: boolean }

function balanceStep({ ref, balance, isCredited }: Money): readonly ImportStep[] {
  const refuse = (detail: string): readonly ImportStep[] => [{ action: 'refused', noun: 'balance', ref, detail }]
  if (balance === 0n) return []
  if (balance < 0n) return refuse('it is below zero; what is owed there is not owed here')
  if (balance > BALANCE_MAX) return refuse(`it is $${formatUsd(balance)}; above $${formatUsd(BALANCE_MAX)} nothing is credited at once`)
  return [{ action: isCredited ? 'there' : 'new', noun: 'balance', ref, detail: `$${formatUsd(balance)}` }]
}

/** What all keys of a new account may call together; one that is there keeps what it has. */
function limitSteps(ref: string, { requestsPerMinute, tokensPerMinute, concurrentCalls }: ImportedLimits): readonly ImportStep[] {
  const told = [
    ...(requestsPerMinute === undefined ? [] : [`${requestsPerMinute} requests a minute`]),
    ...(tokensPerMinute === undefined ? [] : [`${tokensPerMinute} tokens a minute`]),
    ...(concurrentCalls === undefined ? [] : [`${concurrentCalls} calls at a time`]),
  ]
  return told.length === 0 ? [] : [{ action: 'new', noun: 'limit', ref, detail: `${told.join(', ')}, over all of its keys` }]
}

function keyStep(key: PlannedKey, here: Here): ImportStep {
  const why = whyNot(key, here)
  if (why !== undefined) return { action: 'refused', noun: 'key', ref: key.ref, detail: why }
  return {
    action: key.isThere ? 'there' : 'new',
    noun: 'key',
    ref: key.ref,
    detail: 'a new secret, as keys of others are not taken at the door',
  }
}
