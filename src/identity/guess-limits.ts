import { createHash } from 'node:crypto'
import { type Database, identifier, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { IdentityOptions } from './options.ts'

/** How often somebody may try; `about` keeps apart what is counted for different things, `code` is what it fails with instead of sign_in_limited. */
export type GuessLimit = {
  readonly times: number
  readonly windowMs: number
  readonly about?: string
  readonly code?: 'topup_limited' | 'redeem_limited' | 'webhook_limited'
}

/** An hour, in milliseconds. */
export const HOUR_MS = 3_600_000

/** Sign-ins that are begun from one address, by a passkey or an issuer: no guesses, as many people share an address, but each leaves a row. */
export const ADDRESS_BEGINNINGS: GuessLimit = { times: 1_000, windowMs: HOUR_MS, about: 'begun' }
/** Guesses at one account, and from one address; openings of accounts, from one address; letters to one e-mail. */
export const ACCOUNT_GUESSES: GuessLimit = { times: 10, windowMs: 900_000 }
export const ADDRESS_GUESSES: GuessLimit = { times: 100, windowMs: HOUR_MS }
export const ADDRESS_SIGN_UPS: GuessLimit = { times: 20, windowMs: HOUR_MS, about: 'sign-up' }
export const LETTERS: GuessLimit = { times: 3, windowMs: 900_000 }
/** Letters for a new password are counted apart, so that no letter of another kind keeps an owner from taking the account back. */
export const RESET_LETTERS: GuessLimit = { ...LETTERS, about: 'reset-letter' }

/** Changes of one person's password by who is signed in, each of which writes a letter. */
export const PASSWORD_CHANGES: GuessLimit = { times: 5, windowMs: HOUR_MS, about: 'password-change' }

/** A guess that was counted; `forgive` takes it back, as one that was right is none. */
export type CountedGuess = { readonly forgive: () => Promise<void> }

/** What guesses are counted with. */
export type GuessParts = Pick<IdentityOptions, 'database' | 'subjects' | 'ipTags' | 'clock'>

/** What letters, and guesses at one account, are counted with. */
export type LetterParts = Omit<GuessParts, 'ipTags'>

/** Counts a letter to an address that somebody named, known or not, of which nobody gets more than a few. Fails with sign_in_limited, and then counts nothing. */
export const countLetter = async (parts: LetterParts, email: string): Promise<void> => void (await countAccountGuess(parts, email, LETTERS))

/** Counts a guess at an account, known or not, by what it is signed in to with, an e-mail or a number. Fails with the limit's code, and then counts nothing. */
export async function countAccountGuess(parts: LetterParts, name: string, limit = ACCOUNT_GUESSES): Promise<CountedGuess> {
  const tag = parts.subjects.lookup(name.toLowerCase(), `sign-in-guess-${limit.about ?? limit.times}`)
  return await count(parts, { table: 'sign_in_guess', column: 'account_tag', tag, before: [], limit })
}

/**
 * Counts a guess from an address; undefined counts nothing. Tags of addresses change with the UTC day, so that those of the day before count too.
 * Fails with the limit's code, and then counts nothing.
 */
export async function countAddressGuess(parts: GuessParts, address: string | undefined, limit = ADDRESS_GUESSES): Promise<CountedGuess> {
  const now = parts.clock.now()
  const [tag, before] = await Promise.all([now, now - limit.windowMs].map((at) => parts.ipTags.ipTag(address ?? '', at)))
  if (tag === undefined || before === undefined) return { forgive: async () => undefined }
  const tags = [tag, before].map((one) => tagFor(one, limit))
  const [present = tag] = tags
  return await count(parts, {
    ...{ table: 'sign_in_address', column: 'address_tag', tag: present, limit },
    before: tags.slice(1).filter((one) => !one.equals(present)),
  })
}

/** What is counted for different limits is counted apart. */
function tagFor(tag: Buffer, limit: GuessLimit): Buffer {
  if (limit.about !== undefined) return createHash('sha256').update(tag).update(limit.about).digest()
  const changed = Buffer.from(tag)
  changed.writeUInt8(changed.readUInt8(31) ^ (limit.times & 0xff), 31)
  return changed
}

type Counted = {
  readonly table: 'sign_in_guess' | 'sign_in_address'
  readonly column: 'account_tag' | 'address_tag'
  readonly tag: Buffer
  readonly before: readonly Buffer[]
  readonly limit: GuessLimit
}

/** One statement, so that of guesses at the same time none is missed. */
async function count({ database, clock }: LetterParts, counted: Counted): Promise<CountedGuess> {
  const { tag, before, limit } = counted
  const now = clock.now()
  const [table, column] = [identifier(counted.table), identifier(counted.column)]
  const [at, since] = [new Date(now), new Date(now - limit.windowMs)]
  const earlier = sql`(select count(*) from ${table} as old, unnest(old.times) as at where old.${column} = ${before[0] ?? null}::bytea and at > ${since}::timestamptz)`
  const recent = sql`array(select at from unnest(${table}.times) as at where at > ${since}::timestamptz)`
  const taken = await database.query(sql`
    insert into ${table} (${column}, times, last_at) select ${tag}::bytea, array[${at}::timestamptz], ${at}::timestamptz
    where ${earlier} < ${limit.times}
    on conflict (${column}) do update set times = ${recent} || ${at}::timestamptz, last_at = ${at}::timestamptz
    where cardinality(${recent}) + ${earlier} < ${limit.times}
    returning 1`)
  if (taken.length === 0) fail(limit.code ?? 'sign_in_limited', { seconds: await secondsLeft(database, counted, now), limit: limit.times })
  return { forgive: () => forgive(database, counted, at) }
}

async function secondsLeft(database: Database, { table, column, tag, before, limit }: Counted, now: number): Promise<number> {
  const since = new Date(now - limit.windowMs)
  const [row] = await database.query<{ readonly first: Date | null }>(sql`
    select min(at) as first from ${identifier(table)}, unnest(times) as at
    where ${identifier(column)} in (${tag}, ${before[0] ?? tag}) and at > ${since}`)
  const first = row?.first?.getTime() ?? now
  return Math.max(1, Math.ceil((first + limit.windowMs - now) / 1000))
}

/** Takes away one of the times that are the same, as two guesses can fall on one millisecond. */
async function forgive(database: Database, { table, column, tag }: Counted, at: Date): Promise<void> {
  await database.query(sql`
    update ${identifier(table)}
    set times = times[:array_position(times, ${at}::timestamptz) - 1] || times[array_position(times, ${at}::timestamptz) + 1:]
    where ${identifier(column)} = ${tag} and array_position(times, ${at}::timestamptz) is not null returning 1`)
}
