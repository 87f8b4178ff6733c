// Guarantee: who meets a limit of spending is told whose it is, how much, when it resets and in how long, never too early; and is not told to
// wait for what never comes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failure } from '../failures.ts'
import { SPEND_OWNERS, SPEND_WINDOWS, type SpendOwner, type SpendWindow } from '../spec/index.ts'
import { budgetWords } from './budget-words.ts'

const DOLLAR = 1_000_000_000n
const LIMITS = { limitRequests: 0, remainingRequests: 0, resetRequestsMs: 0, limitTokens: 0, remainingTokens: 0, resetTokensMs: 0 }

/** What is said to a call that can cost two cents, so many milliseconds before the window ends. */
function said(owner: SpendOwner, window: SpendWindow, until: { readonly endsAt: string | undefined; readonly inMs: number }) {
  const endsAt = until.endsAt === undefined ? 0 : Date.parse(until.endsAt) / 1_000
  const refused = {
    ...{ seq: 1, reason: 6, limit: 0, retryAfterMs: until.inMs, ...LIMITS, budget: 5n * DOLLAR, budgetEndsAt: endsAt },
    ...{ budgetOwner: SPEND_OWNERS.indexOf(owner), budgetWindow: SPEND_WINDOWS.indexOf(window) },
  }
  const told = (worst: bigint) => failure('budget_exceeded', { ...budgetWords(refused, worst) })
  return { told: told(DOLLAR / 50n), tooDear: told(5n * DOLLAR + 1n) }
}

test('a window of today says when it resets, with Retry-After to the second, rounded up', () => {
  const { told } = said('key', 'day', { endsAt: '2026-11-27T00:00:00Z', inMs: (3 * 60 + 11) * 60_000 + 1 })
  assert.equal(
    told.message,
    "This key's $5.00 for today is spent, or what is left of it does not cover this call, which can cost up to $0.02. It resets at 00:00 UTC (in 3 h 12 min).",
  )
  assert.deepEqual([told.status, told.retryAfterSeconds], [429, 11_461])
})

test('one that ends later says the date; others whose it is', () => {
  const month = said('plan', 'month', { endsAt: '2026-12-01T00:00:00Z', inMs: 4 * 86_400_000 + 1 }).told
  assert.match(month.message, /^This key's plan's \$5\.00 for this month .* It resets at 2026-12-01 00:00 UTC \(in 4 d 1 h\)\.$/)
  const last = said('group', '5h', { endsAt: '2026-11-27T05:00:00Z', inMs: 1 }).told
  assert.match(last.message, /^This key's group's \$5\.00 for these 5 hours .* It resets at 05:00 UTC \(in 1 min\)\.$/)
  assert.equal(last.retryAfterSeconds, 1)
})

test('nobody is told to wait for a window that never ends, or for a call that fits into none', () => {
  const total = said('key', 'total', { endsAt: undefined, inMs: 0 }).told
  assert.match(total.message, /^This key's \$5\.00 is spent.* It does not reset: have it raised\.$/)
  assert.equal(total.retryAfterSeconds, undefined)
  const { tooDear } = said('key', 'day', { endsAt: '2026-11-27T00:00:00Z', inMs: 60_000 })
  assert.match(tooDear.message, /It never fits in: ask for less output/)
  assert.equal(tooDear.retryAfterSeconds, undefined)
})
