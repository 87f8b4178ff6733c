import type { ControlMessage } from '../channel/index.ts'
import { formatUsd, type NanoUsd } from '../lib/index.ts'
import { SPEND_OWNERS, SPEND_WINDOWS, type SpendOwner, type SpendWindow } from '../spec/index.ts'

/** What a refusal for a limit of spending is filled with: `seconds` only where waiting helps. */
export type BudgetWords = { readonly limit: string; readonly hold: string; readonly advice: string; readonly seconds?: number }

/** What a refusal for a limit of spending says to people; `worst` is what the call can cost, in nano-USD. */
export function budgetWords(refused: ControlMessage<'refused'>, worst: NanoUsd): BudgetWords {
  const owner = OWNERS[SPEND_OWNERS[refused.budgetOwner] ?? 'key']
  const window = WINDOWS[SPEND_WINDOWS[refused.budgetWindow] ?? 'total']
  const words = { limit: `${owner} $${formatUsd(refused.budget)} ${window}`.trimEnd(), hold: formatUsd(worst) }
  if (worst > refused.budget) return { ...words, advice: 'It never fits in: ask for less output, or have the limit raised.' }
  if (refused.budgetEndsAt === 0) return { ...words, advice: 'It does not reset: have it raised.' }
  const at = timeWords(refused.budgetEndsAt * 1_000, refused.retryAfterMs)
  return { ...words, advice: `It resets at ${at}.`, seconds: Math.max(1, Math.ceil(refused.retryAfterMs / 1_000)) }
}

const OWNERS: Readonly<Record<SpendOwner, string>> = { key: "This key's", group: "This key's group's", plan: "This key's plan's" }

const WINDOWS: Readonly<Record<SpendWindow, string>> = {
  '5h': 'for these 5 hours',
  '8h': 'for these 8 hours',
  day: 'for today',
  week: 'for this week',
  month: 'for this month',
  total: '',
}

const DAY_MS = 86_400_000

/** "00:00 UTC (in 3 h 12 min)", with the date where it is more than a day ahead. */
function timeWords(at: number, inMs: number): string {
  const text = new Date(at).toISOString()
  const day = inMs >= DAY_MS ? `${text.slice(0, 10)} ` : ''
  return `${day}${text.slice(11, 16)} UTC (in ${lengthWords(inMs)})`
}

/** Rounded up, to hours from a day on, else to minutes, so that nobody comes too early. */
function lengthWords(millis: number): string {
  const minutes = Math.max(1, Math.ceil(millis / 60_000))
  const hours = Math.ceil(minutes / 60)
  if (minutes >= 1_440) return `${Math.floor(hours / 24)} d ${hours % 24} h`
  return minutes >= 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes} min`
}
