import { createHash } from 'node:crypto'
import { type Database, sql } from '../../db/index.ts'
import { type Comparable, diffPolicies, isSignificant, type PolicyChange } from './change.ts'
import type { Profile } from './clause.ts'
import type { Claim } from './compile.ts'
import { inForceAt } from './in-force.ts'
import { noticeDaysOf } from './notice-days.ts'
import { doesList, type ProviderLabel } from './provider-label.ts'

/** A published version of the policy; times in milliseconds since 1970 UTC. */
export type PolicyVersion = Comparable & {
  readonly number: number
  readonly profile: Profile
  /** Markdown, as it was printed when the version was published. */
  readonly text: string
  /** SHA-256 of what it claims and who gets data, hexadecimal. */
  readonly hash: string
  readonly isSignificant: boolean
  readonly publishedAt: number
  readonly effectiveAt: number
}

/** What is to be published. `firstDay` is the UTC day on which a first version takes effect. */
export type PolicyDraft = Comparable & {
  readonly profile: Profile
  readonly firstDay: string
  /** The page for a version of this number and these dates. */
  readonly print: (version: Pick<PolicyVersion, 'number' | 'publishedAt' | 'effectiveAt' | 'hash'>) => string
}

type VersionRow = {
  readonly number: number
  readonly profile: Profile
  readonly claims: readonly Claim[]
  readonly recipients: readonly string[]
  readonly providers: readonly ProviderLabel[] | null
  readonly text: string
  readonly hash: Buffer
  readonly is_significant: boolean
  readonly published_at: Date
  readonly effective_at: Date
}

const DAY_MS = 86_400_000

/** Every version, the first one first. */
export async function readVersions(database: Database): Promise<readonly PolicyVersion[]> {
  const rows = await database.query<VersionRow>(sql`
    select number, profile, claims, recipients, providers, text, hash, is_significant, published_at, effective_at from policy_version order by number`)
  return rows.map((row) => ({
    ...{ number: row.number, profile: row.profile, claims: row.claims, recipients: row.recipients, text: row.text },
    ...{ hash: row.hash.toString('hex'), isSignificant: row.is_significant, providers: row.providers ?? undefined },
    ...{ publishedAt: row.published_at.getTime(), effectiveAt: row.effective_at.getTime() },
  }))
}

/** The version that holds at a time, of those that are given in order. */
export const versionInForce = (versions: readonly PolicyVersion[], now: number): PolicyVersion | undefined => inForceAt(versions, now)

/** SHA-256 of what a policy claims and who gets data by it, hexadecimal; the same words give the same hash. */
export const policyHash = ({ claims, recipients, providers }: Comparable): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        claims.map(({ statement, kind, text, zh, clauses }) => [statement, kind, text, clauses, ...(kind === 'own' ? [zh] : [])]),
        recipients,
        ...(providers === undefined
          ? []
          : [providers.map(({ name, host, country, retention, training }) => [name, host, country, retention, training])]),
      ]),
    )
    .digest('hex')

/**
 * Publishes a draft if it differs from the last version: a significant one takes effect when the notice is over, another at once, and none
 * before the one that came before it. While nobody has signed up nobody has to be told. Undefined when nothing changed. Of several nodes
 * that publish at once one does.
 */
export async function publishPolicy(database: Database, draft: PolicyDraft, now: number): Promise<PolicyVersion | undefined> {
  return await database.transaction(async (tx) => {
    await tx.query(sql`select pg_advisory_xact_lock(hashtext('farebox.policy'))`)
    const version = await weighPolicy(tx, draft, now)
    if (version !== undefined) await insertVersion(tx, version)
    return version
  })
}

/** What publishing a draft would make now; undefined when nothing changed. */
export async function weighPolicy(database: Database, draft: PolicyDraft, now: number): Promise<PolicyVersion | undefined> {
  const versions = await readVersions(database)
  const [row] = await database.query<{ readonly is_anybody: boolean }>(sql`select has_customers() as is_anybody`)
  return nextVersion(draft, { versions, now, isAnybody: row?.is_anybody ?? true })
}

type Published = { readonly versions: readonly PolicyVersion[]; readonly now: number; readonly isAnybody: boolean }

function nextVersion(draft: PolicyDraft, { versions, now, isAnybody }: Published): PolicyVersion | undefined {
  const last = versions.at(-1)
  const changes = last === undefined ? [] : diffPolicies(last, draft)
  if (last !== undefined && changes.length === 0) return undefined
  const isHeavy = isAnybody && isSignificant(changes.filter((change) => !isListedLately(change, draft, { versions, now })))
  const soonest = last === undefined ? Date.parse(`${draft.firstDay}T00:00:00Z`) : isHeavy ? now + NOTICE_MS : now
  const dates = { publishedAt: now, effectiveAt: Math.max(soonest, now, last?.effectiveAt ?? now) }
  const head = { number: (last?.number ?? 0) + 1, hash: policyHash(draft), ...dates }
  const { claims, recipients, providers, profile } = draft
  return { ...head, claims, recipients, providers, profile, isSignificant: isHeavy, text: draft.print(head) }
}

const NOTICE_MS = noticeDaysOf('policy') * DAY_MS

/** Whether a change only says again what the list said within the length of a notice: a provider that was taken out for a while, or renamed. */
function isListedLately({ kind, of }: PolicyChange, draft: PolicyDraft, { versions, now }: Pick<Published, 'versions' | 'now'>): boolean {
  if (kind !== 'recipient added' && kind !== 'label worse') return false
  const label = draft.providers?.find(({ name }) => name === of)
  const first = versions.findLastIndex(({ effectiveAt }) => effectiveAt <= now - NOTICE_MS)
  const lately = versions.slice(Math.max(first, 0)).filter(({ effectiveAt }) => effectiveAt <= now)
  return label !== undefined && lately.some((version) => doesList(version, label))
}

async function insertVersion(tx: Database, version: PolicyVersion): Promise<void> {
  const { number, profile, recipients, providers, text, hash } = version
  await tx.query(sql`
    insert into policy_version (number, profile, claims, recipients, providers, text, hash, is_significant, published_at, effective_at)
    values (${number}, ${profile}, ${JSON.stringify(version.claims)}::jsonb, ${[...recipients]}::text[],
      ${providers === undefined ? null : JSON.stringify(providers)}::jsonb, ${text}, ${Buffer.from(hash, 'hex')},
      ${version.isSignificant}, ${new Date(version.publishedAt)}, ${new Date(version.effectiveAt)})`)
}
