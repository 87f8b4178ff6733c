import type { HeldSpending, SliceBook, SpendAnswer, SpendBook } from '../ledger/index.ts'
import type { NanoUsd } from '../lib/index.ts'
import type { SpendLimit } from '../spec/index.ts'

/** Where the money of calls is held: the slices of accounts, and the windows of limits. */
export type MoneyBooks = { readonly slices: SliceBook; readonly spending: SpendBook }

/** What is to be held for a call: `limits` undefined where none bound it; `at`, in milliseconds since 1970, says in which windows. */
export type SecureAsk = {
  readonly accountId: string
  readonly amount: NanoUsd
  readonly limits: readonly SpendLimit[] | undefined
  readonly at: number
}

/** What is held for a call: `spending` undefined where the balance alone is held. */
export type Secured =
  | { readonly result: 'granted'; readonly spending: HeldSpending | undefined }
  | { readonly result: 'credit' | 'busy' }
  | Extract<SpendAnswer, { result: 'lacking' }>

/** Holds the price of a call: in the window of each limit, then from the account, unless a plan covers the call. All or nothing. */
export function secure(books: MoneyBooks, ask: SecureAsk): Secured | Promise<Secured> {
  if (ask.limits === undefined) return securePlain(books, ask, undefined)
  // A plan that covers says nothing about an account whose books do not agree.
  if (!books.slices.serves(ask.accountId)) return BUSY
  const answer = books.spending.hold({ ...ask, limits: ask.limits })
  return 'then' in answer ? answer.then((told) => onSpending(books, ask, told)) : onSpending(books, ask, answer)
}

/** Takes up what the last control process had granted a call; undefined when it is not covered here. */
export function secureAgain({ slices, spending }: MoneyBooks, ask: SecureAsk): Extract<Secured, { result: 'granted' }> | undefined {
  const held = ask.limits === undefined ? undefined : spending.renew({ ...ask, limits: ask.limits })
  if (ask.limits !== undefined && held === undefined) return undefined
  if (held?.coveredBy === undefined && !slices.renew(ask.accountId, ask.amount)) {
    if (held !== undefined) spending.charge(held, { hold: ask.amount, cost: 0n })
    return undefined
  }
  return { result: 'granted', spending: held }
}

/** What a call pays with: the account, or what is held of its limits. */
export type Payer = { readonly accountId: string; readonly spending: HeldSpending | undefined }

/** Turns what was held for a call into what it costs; the rest is free at once. */
export function chargeSecured(
  { slices, spending }: MoneyBooks,
  payer: Payer,
  charged: { readonly hold: NanoUsd; readonly cost: NanoUsd },
): void {
  if (payer.spending !== undefined) spending.charge(payer.spending, charged)
  if (payer.spending?.coveredBy === undefined) slices.charge(payer.accountId, charged)
}

const BUSY: Secured = { result: 'busy' }

function onSpending(books: MoneyBooks, ask: SecureAsk, answer: SpendAnswer): Secured | Promise<Secured> {
  if (answer.result !== 'granted') return answer
  const { held } = answer
  return held.coveredBy === undefined ? securePlain(books, ask, held) : { result: 'granted', spending: held }
}

function securePlain(books: MoneyBooks, ask: SecureAsk, held: HeldSpending | undefined): Secured | Promise<Secured> {
  const onResult = (result: 'granted' | 'credit' | 'busy'): Secured => {
    if (result === 'granted') return { result, spending: held }
    if (held !== undefined) books.spending.charge(held, { hold: ask.amount, cost: 0n })
    return { result }
  }
  const result = books.slices.hold(ask.accountId, ask.amount)
  return typeof result === 'string' ? onResult(result) : result.then(onResult)
}
