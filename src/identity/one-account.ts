import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { errorCode } from '../lib/index.ts'
import type { OneAccountRule } from './one-account-rule.ts'
import type { IdentityOptions } from './options.ts'

type Parts = Pick<IdentityOptions, 'database' | 'subjects' | 'oneAccount' | 'clock'>

/** An allowance holds for so long. */
const ALLOWED_MS = 7 * 86_400_000
/** What look-up values of persons and of allowances are made for. */
const MARK_PURPOSE = 'person-mark'
const ALLOWANCE_PURPOSE = 'sign-up-allowance'
const FIRST_UUID = '00000000-0000-0000-0000-000000000000'
/** Different names of one host of mail. Source: support.google.com/mail/answer/10313 (2026-11-26). */
const SAME_HOST: Readonly<Record<string, string>> = { 'googlemail.com': 'gmail.com' }

/** An e-mail as it is the same for all spellings of one person: without `+tag`, and without dots where its host does not mind them. */
export function personMarkOf(email: string, { dotless }: Pick<OneAccountRule, 'dotless'>): string {
  const { name, host } = partsOf(email)
  const plain = name.replace(/(?!^)\+.*$/s, '')
  return `${dotless.includes(host) ? plain.replaceAll('.', '') : plain}@${SAME_HOST[host] ?? host}`
}

/** Whether the rule lets somebody with this e-mail open an account; without a rule, always. */
export async function mayOpen(parts: Parts, email: string): Promise<boolean> {
  const { oneAccount: rule, database } = parts
  if (rule === undefined || (await isAllowed(parts, email))) return true
  if (isDisposable(email, rule)) return false
  const known = await database.query(sql`select from person_mark where mark = ${lookupOf(parts, email, rule)} limit 1`)
  return known.length === 0
}

/**
 * Looks again in the transaction that opens the account, so that of two spellings at the same time one is first. Resolves with what to write for
 * the account; undefined without a rule. Fails with sign_in_link_invalid.
 */
export async function claimMark(tx: Database, parts: Parts, email: string): Promise<Buffer | undefined> {
  const { oneAccount: rule } = parts
  if (rule === undefined) return undefined
  const mark = lookupOf(parts, email, rule)
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended(${mark.toString('hex')}, 0))`)
  if (!(await mayOpen({ ...parts, database: tx }, email))) fail('sign_in_link_invalid')
  await tx.query(sql`delete from sign_up_allowance where email_tag = ${allowanceOf(parts, email)} returning 1`)
  return mark
}

/** Notes whose account it is. */
export async function writeMark(tx: Database, accountId: string, mark: Buffer): Promise<void> {
  await tx.query(sql`insert into person_mark (account_id, mark) values (${accountId}::uuid, ${mark})`)
}

/** Lets an e-mail open one account within a week although the rule refuses it; resolves with until when. */
export async function allowSignUp(
  database: Database,
  { subjects, clock }: Pick<Parts, 'subjects' | 'clock'>,
  email: string,
): Promise<Date> {
  const now = clock.now()
  await database.query(sql`
    insert into sign_up_allowance (email_tag, allowed_at) values (${allowanceOf({ subjects }, email)}, ${new Date(now)})
    on conflict (email_tag) do update set allowed_at = excluded.allowed_at`)
  return new Date(now + ALLOWED_MS)
}

/** How many may open an account now although the rule refuses it. */
export async function countAllowances(database: Database, { clock }: Pick<Parts, 'clock'>): Promise<number> {
  const [row] = await database.query<{ open: number }>(sql`
    select count(email_tag)::int as open from sign_up_allowance where allowed_at > ${new Date(clock.now() - ALLOWED_MS)}`)
  return row?.open ?? 0
}

/** Notes whose accounts those are that were opened before there was the rule, `limit` at a time; returns how many. One that cannot be read holds up no other. */
export async function markOldAccounts(
  { database, subjects, oneAccount: rule, log }: Pick<Parts, 'database' | 'subjects' | 'oneAccount'> & Pick<IdentityOptions, 'log'>,
  { emailOf, limit }: { readonly emailOf: (accountId: string) => Promise<string | undefined>; readonly limit: number },
): Promise<number> {
  if (rule === undefined) return 0
  const mark = async (id: string): Promise<boolean> => {
    const email = await emailOf(id)
    if (email === undefined) return false
    await database.query(sql`
      insert into person_mark (account_id, mark) select id, ${lookupOf({ subjects }, email, rule)} from account
      where id = ${id}::uuid and status <> 'erased' on conflict do nothing`)
    return true
  }
  let marked = 0
  for (let after: string | undefined = FIRST_UUID; after !== undefined; ) {
    const rows: readonly { readonly id: string }[] = await database.query<{ id: string }>(sql`
      select account.id from account where email_lookup is not null and status <> 'erased' and account.id > ${after}::uuid
        and not exists (select from person_mark where person_mark.account_id = account.id) order by account.id limit ${limit}`)
    for (const { id } of rows) {
      const isMarked = await mark(id).catch((thrown: unknown) => log({ event: 'account-unmarked', account: id, code: errorCode(thrown) }))
      if (isMarked === true) marked += 1
    }
    after = rows.at(-1)?.id
  }
  return marked
}

const lookupOf = ({ subjects }: Pick<Parts, 'subjects'>, email: string, rule: OneAccountRule): Buffer =>
  subjects.lookup(personMarkOf(email, rule), MARK_PURPOSE)

const allowanceOf = ({ subjects }: Pick<Parts, 'subjects'>, email: string): Buffer => subjects.lookup(lowered(email), ALLOWANCE_PURPOSE)

async function isAllowed(parts: Parts, email: string): Promise<boolean> {
  const { database, clock } = parts
  const since = new Date(clock.now() - ALLOWED_MS)
  return (
    (await database.query(sql`select from sign_up_allowance where email_tag = ${allowanceOf(parts, email)} and allowed_at > ${since}`))
      .length > 0
  )
}

function isDisposable(email: string, { disposable }: OneAccountRule): boolean {
  const { host } = partsOf(email)
  return disposable.some((one) => host === one || host.endsWith(`.${one}`))
}

const lowered = (email: string): string => email.toLowerCase()

function partsOf(email: string): { readonly name: string; readonly host: string } {
  const at = email.lastIndexOf('@')
  return { name: lowered(email.slice(0, at)), host: lowered(email.slice(at + 1)) }
}
