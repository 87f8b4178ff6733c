import { z } from 'zod'
import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { cardOf, type Price, USAGE_CLASSES } from '../spec/index.ts'
import type { Source } from './desired.ts'
import { PRICE_COLUMNS, type PriceRow, priceOfRow } from './price-rows.ts'

/** How many days before it holds a higher price has to be set, and who sets it. */
export type NoticeRule = { readonly days: number; readonly actor: string }

/** A rise that comes too soon: when it would hold and from when on it may, in milliseconds. */
export type EarlyRise = { readonly noun: 'model' | 'plan'; readonly name: string; readonly holdsFrom: number; readonly allowedFrom: number }

/** Who lets a rise of each source through, as it is kept. */
export const ACTORS: Readonly<Record<Source, string>> = {
  ...{ sandbox: 'sandbox', environment: 'environment', operator: 'operator', file: 'farebox.yaml' },
}

const DAY_MS = 86_400_000
const reasonShape = z.string().trim().min(1).max(500)

/** A body without the reason for a shorter notice, and that reason. Fails with invalid_field. */
export function takeReason(body: unknown): { readonly rest: unknown; readonly reason: string | undefined } {
  if (typeof body !== 'object' || body === null || !('shorter_notice_reason' in body)) return { rest: body, reason: undefined }
  const { shorter_notice_reason: written, ...rest } = body
  const read = reasonShape.safeParse(written)
  if (!read.success) fail('invalid_field', { field: 'shorter_notice_reason', expected: 'a text of 1 to 500 characters' })
  return { rest, reason: read.data }
}

/** What may be written in spite of the rule, and why. */
export type Waiver = { readonly rule: NoticeRule; readonly reason: string | undefined }

/** Refuses a rise that comes too soon unless there is a reason, which is kept. Returns whether there was a rise that needed one. Fails with price_notice_short. */
export async function requireNotice(tx: Database, rise: EarlyRise | undefined, { rule, reason }: Waiver): Promise<boolean> {
  if (rise === undefined) return false
  const { noun, name, holdsFrom, allowedFrom } = rise
  if (reason === undefined) fail('price_notice_short', { days: rule.days, allowed: new Date(allowedFrom).toISOString() })
  await tx.query(sql`
    insert into short_notice (at, actor, noun, name, holds_from, allowed_from, reason)
    values (statement_timestamp(), ${rule.actor}, ${noun}, ${name}, ${new Date(holdsFrom)}, ${new Date(allowedFrom)}, ${reason})`)
  return true
}

/** The first whole UTC day that gives so many days of notice, in milliseconds. */
export const allowedAfter = (now: number, days: number): number => Math.ceil((now + days * DAY_MS) / DAY_MS) * DAY_MS

type Version = PriceRow & { readonly id: number; readonly effective_at: Date; readonly now: Date }

/** The newest price version of a model before something is written, whether it is in use or not; 0 where it has none. */
export async function newestVersion(tx: Database, modelId: string): Promise<number> {
  const [row] = await tx.query<{ newest: number }>(sql`
    select coalesce(max(p.id), 0)::int as newest from price_version p join model m on m.serial = p.model_serial where m.id = ${modelId}`)
  return row?.newest ?? 0
}

/** The first of the versions written after another that asks more than the one before it, and holds too soon. */
export async function findEarlyRise(
  tx: Database,
  { modelId, since, days }: { readonly modelId: string; readonly since: number; readonly days: number },
): Promise<EarlyRise | undefined> {
  const versions = await tx.query<Version>(sql`
    select p.id, p.effective_at, statement_timestamp() as now, ${PRICE_COLUMNS} from price_version p join model m on m.serial = p.model_serial
    where m.id = ${modelId} and p.cancelled_at is null order by p.effective_at, p.id`)
  for (const [index, version] of versions.entries()) {
    const before = versions[index - 1]
    const [holdsFrom, now] = [version.effective_at.getTime(), version.now.getTime()]
    if (version.id <= since || before === undefined || holdsFrom >= now + days * DAY_MS) continue
    if (isRise(priceOfRow(before), priceOfRow(version)))
      return { noun: 'model', name: modelId, holdsFrom, allowedFrom: allowedAfter(now, days) }
  }
  return undefined
}

/** Whether something costs more under another price: any class, in any service tier, at any length of prompt. */
export function isRise(before: Price, after: Price): boolean {
  const cards = [...before, ...after]
  // A tier that had no card was not sold, so nobody pays more for it; one that has none any more meets those of standard service, at each length of theirs.
  const [tiers, lengths] = [new Set(before.map((card) => card.serviceTier)), new Set(cards.map((card) => card.inputAbove))]
  return [...tiers].some((tier) =>
    [...lengths].some((length) => {
      const [old, now] = [cardOf(before, length + 1, tier), cardOf(after, length + 1, tier)]
      return USAGE_CLASSES.some((name) => now.rates[name] > old.rates[name])
    }),
  )
}

/** A rise that was let through; times in milliseconds. */
export type ShortNotice = EarlyRise & { readonly at: number; readonly actor: string; readonly reason: string }

type Row = {
  readonly at: Date
  readonly actor: string
  readonly noun: 'model' | 'plan'
  readonly name: string
  readonly holds_from: Date
  readonly allowed_from: Date
  readonly reason: string
}

/** Rises that were let through with less notice, newest first. */
export async function listShortNotices(database: Database, limit: number): Promise<readonly ShortNotice[]> {
  const rows = await database.query<Row>(sql`
    select at, actor, noun, name, holds_from, allowed_from, reason from short_notice order by at desc, id desc limit ${limit}`)
  return rows.map(({ at, actor, noun, name, holds_from: holdsFrom, allowed_from: allowedFrom, reason }) => ({
    ...{ at: at.getTime(), actor, noun, name, reason, holdsFrom: holdsFrom.getTime(), allowedFrom: allowedFrom.getTime() },
  }))
}
