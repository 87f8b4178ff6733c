import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, sql } from '../db/index.ts'
import { isoTime } from '../lib/index.ts'
import { canonicalJson } from './canonical-json.ts'

/** A key that signs batches; `kid` is its RFC 7638 thumbprint. */
export type SigningKey = { readonly kid: string; readonly privateKey: KeyObject }

/** The public half of a key as it is published. Source: RFC 8037 §2 (2017-01). */
export type PublicKey = {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly kid: string
  readonly use: 'sig'
  readonly alg: 'EdDSA'
}

/** The keys of this node. Times are milliseconds. */
export type Signer = {
  /** The key that signs now. */
  readonly keyAt: (now: number) => SigningKey
  /** Makes the next key, which is published at once and signs an hour later. */
  readonly rotate: (now: number) => Promise<void>
  /** Rotates a key that is 90 days old, and forgets the private half of keys that another has followed. */
  readonly maintain: (now: number) => Promise<void>
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** How long a key is known before it signs, so that no copy of the key set is too old for a new receipt. */
const OVERLAP_MS = HOUR_MS
const LIFE_MS = 90 * DAY_MS
/** How long a key is published after its last signature. By then its receipts are proven by the root of their day. */
const PUBLISHED_DAYS = 400

type OwnKey = SigningKey & { readonly signsFrom: number }

/** Opens this node's keys, files receipts-<kid>.key in `folder`, readable by their owner alone; makes the first one. */
export async function openSigner(database: Database, folder: string, now: number): Promise<Signer> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  let keys = await readKeys(database, folder, now)
  const add = async (signsFrom: number, at: number): Promise<void> => {
    keys = [...keys, await makeKey(database, folder, { signsFrom, at })]
  }
  if (keys.length === 0) await add(now, now)
  const keyAt = (at: number): OwnKey => newestOf(keys.filter((key) => key.signsFrom <= at)) ?? oldestOf(keys)
  const rotate = (at: number): Promise<void> => add(at + OVERLAP_MS, at)
  return {
    keyAt,
    rotate,
    maintain: async (at) => {
      if (keys.every((key) => key.signsFrom <= at - LIFE_MS)) await rotate(at)
      const followed = keys.filter((key) => key.signsFrom < keyAt(at).signsFrom)
      for (const { kid } of followed) await retireKey(database, join(folder, fileOf(kid)), { kid, at })
      keys = keys.filter((key) => !followed.includes(key))
    },
  }
}

/** Every published public key, the newest first. */
export async function listPublicKeys(database: Database, now: number): Promise<readonly PublicKey[]> {
  const rows = await database.query<{ kid: string; x: string }>(sql`
    select kid, jwk ->> 'x' as x from signing_key
    where retired_at is null or retired_at > ${isoTime(now - PUBLISHED_DAYS * DAY_MS)}::timestamptz
    order by created_at desc, kid`)
  return rows.map(({ kid, x }) => ({ kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', alg: 'EdDSA' }))
}

const newestOf = (keys: readonly OwnKey[]): OwnKey | undefined => keys.toSorted((a, b) => a.signsFrom - b.signsFrom).at(-1)

function oldestOf(keys: readonly OwnKey[]): OwnKey {
  const [oldest] = keys.toSorted((a, b) => a.signsFrom - b.signsFrom)
  if (oldest === undefined) throw new RangeError('a signer without a key')
  return oldest
}

const fileOf = (kid: string): string => `receipts-${kid}.key`

/** The keys whose files are here; one that the database does not know, as after a restore, is told to it again. */
async function readKeys(database: Database, folder: string, now: number): Promise<readonly OwnKey[]> {
  const keys: OwnKey[] = []
  for (const name of readdirSync(folder).filter((file) => /^receipts-[\w-]{43}\.key$/.test(file))) {
    const privateKey = createPrivateKey({ key: readFileSync(join(folder, name)), format: 'der', type: 'pkcs8' })
    const { kid, x } = publicOf(privateKey)
    await publishKey(database, { kid, x, signsFrom: now, at: now })
    const [row] = await database.query<{ signs_from: Date; retired_at: Date | null }>(sql`
      select signs_from, retired_at from signing_key where kid = ${kid}`)
    if (row === undefined || row.retired_at !== null) rmSync(join(folder, name))
    else keys.push({ kid, privateKey, signsFrom: row.signs_from.getTime() })
  }
  return keys
}

/** The file comes first: a key in the database that nobody has could never sign, one on disk alone is told at the next start. */
async function makeKey(database: Database, folder: string, made: { readonly signsFrom: number; readonly at: number }): Promise<OwnKey> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { kid, x } = publicOf(privateKey)
  const aside = join(folder, `.new-${kid}`)
  const file = openSync(aside, 'wx', 0o600)
  try {
    writeSync(file, privateKey.export({ format: 'der', type: 'pkcs8' }))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(aside, join(folder, fileOf(kid)))
  await publishKey(database, { kid, x, ...made })
  return { kid, privateKey, signsFrom: made.signsFrom }
}

type Published = { readonly kid: string; readonly x: string; readonly signsFrom: number; readonly at: number }

async function publishKey(database: Database, { kid, x, signsFrom, at }: Published): Promise<void> {
  await database.query(sql`
    insert into signing_key (kid, jwk, created_at, signs_from)
    values (${kid}, ${JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x })}::jsonb, ${isoTime(at)}::timestamptz, ${isoTime(signsFrom)}::timestamptz)
    on conflict (kid) do nothing`)
}

async function retireKey(database: Database, path: string, { kid, at }: { readonly kid: string; readonly at: number }): Promise<void> {
  await database.query(sql`update signing_key set retired_at = ${isoTime(at)}::timestamptz where kid = ${kid} and retired_at is null`)
  rmSync(path, { force: true })
}

/** The public half and its thumbprint. Source: RFC 7638 §3 (2015-09), RFC 8037 appendix A.3. */
function publicOf(privateKey: KeyObject): { readonly kid: string; readonly x: string } {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  return { kid: thumbprintOf(x), x }
}

/** The RFC 7638 thumbprint of an Ed25519 key. */
export const thumbprintOf = (x: string): string => hash('sha256', canonicalJson({ crv: 'Ed25519', kty: 'OKP', x }), 'base64url')
