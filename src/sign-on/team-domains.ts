import { type Database, isDatabaseError, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import type { TextRecords } from '../outbound/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'
import { domainOf, recordNameOf } from './domain.ts'

/** What seals domains under the key of their account, and finds them without reading them. */
export type DomainSealing = Pick<SubjectKeys, 'seal' | 'unseal' | 'lookup'>

/** A mail domain that an account claims; it is the account's while `verifiedAt` says so. */
export type TeamDomain = {
  readonly id: string
  /** Undefined once the account was erased. */
  readonly domain: string | undefined
  /** What a TXT record of `recordName` has to say; the same whenever it is asked for. */
  readonly recordName: string | undefined
  readonly recordText: string
  readonly verifiedAt: Date | undefined
  readonly checkedAt: Date | undefined
  /** Since when the record of a domain that was shown is not there. */
  readonly missingSince: Date | undefined
  readonly createdAt: Date
}

/** How many domains an account may claim. */
export const DOMAINS_MAX = 10

const TAKEN = '23505'
const EXPECTED = 'a mail domain such as example.com'

/** What a domain is sealed for, so that it opens in its own row only. */
export const domainPurpose = (id: string): string => `team-domain:${id}`

/** What a domain is found by instead of being read, 32 bytes. */
export const domainLookupOf = ({ lookup }: Pick<DomainSealing, 'lookup'>, domain: string): Buffer => lookup(domain, 'team-domain')

/** A row as the statements here read it. */
export type DomainRow = {
  readonly id: string
  readonly account_id: string
  readonly domain_sealed: Buffer
  readonly verified_at: Date | null
  readonly checked_at: Date | null
  readonly missing_since: Date | null
  readonly created_at: Date
}

/** The columns of a row. */
export const DOMAIN_COLUMNS = sql`id, account_id, domain_sealed, verified_at, checked_at, missing_since, created_at`

/** A row with its domain readable. */
export async function teamDomainOf(row: DomainRow, sealing: DomainSealing): Promise<TeamDomain> {
  const domain = (await sealing.unseal(row.account_id, row.domain_sealed, domainPurpose(row.id)))?.toString()
  return {
    ...{ id: row.id, domain, recordName: domain === undefined ? undefined : recordNameOf(domain) },
    recordText: recordTextOf(sealing, { accountId: row.account_id, domain: domain ?? '' }),
    ...{ verifiedAt: row.verified_at ?? undefined, checkedAt: row.checked_at ?? undefined },
    ...{ missingSince: row.missing_since ?? undefined, createdAt: row.created_at },
  }
}

/** Nobody else can tell what it is, and nothing has to be kept of it. */
const recordTextOf = (
  { lookup }: Pick<DomainSealing, 'lookup'>,
  { accountId, domain }: { readonly accountId: string; readonly domain: string },
) => `farebox-domain=${lookup(`${accountId}\n${domain}`, 'team-domain-record').toString('base64url')}`

/** A domain that is to be claimed; `now` in milliseconds. */
export type NewDomain = { readonly id: string; readonly accountId: string; readonly domain: string; readonly now: number }

/** Claims a domain, which is nobody's by that. Fails with invalid_field (domain), team_domain_known, team_domains_full, account_unknown. */
export async function claimDomain(
  tx: Database,
  sealing: DomainSealing,
  { id, accountId, domain: text, now }: NewDomain,
): Promise<TeamDomain> {
  const domain = domainOf(text) ?? fail('invalid_field', { field: 'domain', expected: EXPECTED })
  const [account] = await tx.query(sql`select from account where id = ${accountId}::uuid and status <> 'erased' for update`)
  if (account === undefined) fail('account_unknown')
  const known = await tx.query(sql`select from team_domain where account_id = ${accountId}::uuid`)
  if (known.length >= DOMAINS_MAX) fail('team_domains_full', { limit: DOMAINS_MAX })
  const sealed = await sealing.seal(accountId, Buffer.from(domain), domainPurpose(id))
  const [row] = await tx.query<DomainRow>(sql`
    insert into team_domain (id, account_id, domain_lookup, domain_sealed, created_at)
    values (${id}::uuid, ${accountId}::uuid, ${domainLookupOf(sealing, domain)}, ${sealed}, ${new Date(now)})
    on conflict (account_id, domain_lookup) do nothing returning ${DOMAIN_COLUMNS}`)
  return row === undefined ? fail('team_domain_known') : await teamDomainOf(row, sealing)
}

/** The domains of an account, the oldest first. */
export async function listDomains(database: Database, sealing: DomainSealing, accountId: string): Promise<readonly TeamDomain[]> {
  const rows = await database.query<DomainRow>(sql`
    select ${DOMAIN_COLUMNS} from team_domain where account_id = ${accountId}::uuid order by created_at, id`)
  return await Promise.all(rows.map((row) => teamDomainOf(row, sealing)))
}

/** Whose domain which. */
export type WhichDomain = { readonly accountId: string; readonly id: string }

/** What domains are checked with; `now` is the database's time in milliseconds. */
export type CheckParts = {
  readonly database: Database
  readonly sealing: DomainSealing
  readonly textRecords: TextRecords
  readonly now: () => number
}

/**
 * Looks whether a domain is the account's, by its record. Who has the record has the domain: it is taken over from an account whose record is gone. Fails
 * with team_domain_unknown, team_domain_taken, dns_silent.
 */
export async function checkDomain(
  { database, sealing, textRecords, now }: CheckParts,
  { accountId, id }: WhichDomain,
): Promise<TeamDomain> {
  if (!isUuid(id)) fail('team_domain_unknown')
  const [found] = await database.query<DomainRow>(sql`
    select ${DOMAIN_COLUMNS} from team_domain where id = ${id}::uuid and account_id = ${accountId}::uuid`)
  const known = found === undefined ? fail('team_domain_unknown') : await teamDomainOf(found, sealing)
  const texts = (await textRecords(known.recordName ?? fail('team_domain_unknown'))) ?? fail('dns_silent', { seconds: SILENT_SECONDS })
  const row = await noteCheck(database, { id, isThere: texts.includes(known.recordText), now: now() })
  return row === undefined ? fail('team_domain_unknown') : await teamDomainOf(row, sealing)
}

const SILENT_SECONDS = 60

/** What a check found of a domain, at `now` in milliseconds. */
export type Checked = { readonly id: string; readonly isThere: boolean; readonly now: number }

/** Writes down what a check found; undefined when the domain is gone. Fails with team_domain_taken where it is another account's. */
export async function noteCheck(database: Database, { id, isThere, now }: Checked): Promise<DomainRow | undefined> {
  const at = new Date(now)
  try {
    return await database.transaction(async (tx) => {
      if (isThere) {
        await tx.query(sql`
          update team_domain other set verified_at = null from team_domain own
          where own.id = ${id}::uuid and other.domain_lookup = own.domain_lookup and other.id <> own.id and other.missing_since is not null returning 1`)
      }
      const [row] = await tx.query<DomainRow>(sql`
        update team_domain set checked_at = ${at},
          verified_at = case when ${isThere} then coalesce(verified_at, ${at}) else verified_at end,
          missing_since = case when ${isThere} or verified_at is null then null else coalesce(missing_since, ${at}) end
        where id = ${id}::uuid returning ${DOMAIN_COLUMNS}`)
      return row
    })
  } catch (thrown) {
    if (isDatabaseError(thrown, TAKEN)) fail('team_domain_taken')
    throw thrown
  }
}

/** Gives a domain up; who signs in by the team's issuer with an e-mail of it joins no more. Fails with team_domain_unknown. */
export async function removeDomain(database: Database, { accountId, id }: WhichDomain): Promise<void> {
  if (!isUuid(id)) fail('team_domain_unknown')
  const gone = await database.query(sql`delete from team_domain where id = ${id}::uuid and account_id = ${accountId}::uuid returning 1`)
  if (gone.length === 0) fail('team_domain_unknown')
}
