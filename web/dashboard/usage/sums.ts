import { nanoOf, usdOf } from '../../lib/money.ts'
import type { DaysUsed } from '../answers.ts'

/** What was used of a model by a key on a day. */
export type DayUsed = DaysUsed['days'][number]

/** Sums over some of them; amounts in nano-USD. */
export type UsedSum = {
  readonly requests: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cost: bigint
  readonly covered: bigint
}

/** What of a day can be drawn. */
export const MEASURES = ['cost', 'requests', 'tokens'] as const
export type Measure = (typeof MEASURES)[number]

const NOTHING: UsedSum = { requests: 0, inputTokens: 0, outputTokens: 0, cost: 0n, covered: 0n }

/** The sum of some days. */
export const sumUsed = (used: readonly DayUsed[]): UsedSum =>
  used.reduce<UsedSum>(
    (sum, one) => ({
      requests: sum.requests + one.requests,
      inputTokens: sum.inputTokens + one.inputTokens,
      outputTokens: sum.outputTokens + one.outputTokens,
      cost: sum.cost + nanoOf(one.cost),
      covered: sum.covered + nanoOf(one.covered),
    }),
    NOTHING,
  )

/** What the days can be broken down by. */
export const PARTS = ['model', 'keyId', 'memberId'] as const
export type PartOf = (typeof PARTS)[number]

/** The sums by model, by key or by who made the key, the dearest first; '' is nobody. */
export function breakDown(used: readonly DayUsed[], by: PartOf): readonly (readonly [string, UsedSum])[] {
  const sums = [...Map.groupBy(used, (one) => one[by] ?? '')].map(([name, own]) => [name, sumUsed(own)] as const)
  return sums.sort(([nameA, a], [nameB, b]) => compare(b, a) || (nameA < nameB ? -1 : 1))
}

const paidOf = ({ cost, covered }: UsedSum): bigint => cost + covered

function compare(a: UsedSum, b: UsedSum): number {
  if (paidOf(a) !== paidOf(b)) return paidOf(a) < paidOf(b) ? -1 : 1
  return a.requests - b.requests
}

const DAY_MS = 86_400_000

/** Every day from one to another, both with them, "2026-11-26"; at most the last 400. */
export function daysBetween(from: string, to: string): readonly string[] {
  const [first, last] = [Date.parse(`${from}T00:00:00Z`), Date.parse(`${to}T00:00:00Z`)]
  const count = Math.min(400, Math.max(0, Math.round((last - first) / DAY_MS) + 1))
  return Array.from({ length: count }, (_, index) => dayOf(last - (count - 1 - index) * DAY_MS))
}

/** The UTC day of a moment in milliseconds. */
export const dayOf = (millis: number): string => new Date(millis).toISOString().slice(0, 10)

/** So many days before a day. */
export const daysBefore = (day: string, count: number): string => dayOf(Date.parse(`${day}T00:00:00Z`) - count * DAY_MS)

/** Tenths of a percent of a whole, as a text such as "12.5 %"; nothing is 0 % of nothing. */
export function shareOf(part: bigint, whole: bigint): string {
  const tenths = whole > 0n ? (part * 1000n + whole / 2n) / whole : 0n
  return `${tenths / 10n}.${tenths % 10n} %`
}

/** What was used, a line for each day, model and key, as a spreadsheet reads it. Source: RFC 4180 (2005-10, read 2026-11-26). */
export function csvOf(used: readonly DayUsed[], nameOf: (keyId: string) => string): string {
  const head = ['day', 'model', 'key_id', 'key', 'calls', 'input_tokens', 'output_tokens', 'cost_usd', 'covered_usd']
  const lines = used.map((one) => [
    ...[one.day, one.model, one.keyId, nameOf(one.keyId), String(one.requests), String(one.inputTokens), String(one.outputTokens)],
    ...[usdOf(nanoOf(one.cost)), usdOf(nanoOf(one.covered))],
  ])
  return [head, ...lines].map((line) => `${line.map(csvField).join(',')}\r\n`).join('')
}

/** Texts of people cannot begin a formula there. */
const csvField = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}
