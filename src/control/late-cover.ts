import type { GatewayMessage } from '../channel/index.ts'
import { DatabaseError } from '../db/index.ts'
import type { GroupCommit, HeldSpending } from '../ledger/index.ts'
import { errorCode, type Log, type NanoUsd } from '../lib/index.ts'
import type { Price, SpendLimit } from '../spec/index.ts'
import { type EndedCall, priceOfCall, usageOf } from './call-rows.ts'
import type { KeyDirectory } from './key-directory.ts'
import type { PriceBook } from './price-book.ts'
import { type MoneyBooks, secure, secureAgain } from './secure-call.ts'

/** What settlements without a hold or without a known price are settled with; `retryMs` is 250 when left out. */
export type LateCoverOptions = MoneyBooks & {
  readonly writer: GroupCommit
  readonly keys: Pick<KeyDirectory, 'findSpending'>
  readonly prices: PriceBook
  readonly log: Log
  readonly retryMs?: number
}

/** What is held of a call's price now, and what of that in windows of spending. */
export type Covered = { readonly amount: NanoUsd; readonly spending: HeldSpending | undefined }

const RETRY_MS = 250
/** How often the account is asked, while the database can be asked. */
const ATTEMPTS = 40

/** The price of a version, however long the database is away; rejects when there is no such version. */
export async function priceHoweverLong(options: LateCoverOptions, version: number): Promise<Price> {
  for (;;) {
    try {
      return await options.prices.find(version)
    } catch (thrown) {
      if (!(thrown instanceof DatabaseError)) throw thrown
      options.log({ event: 'price-lookup-failed', code: errorCode(thrown) })
      await pause(options)
    }
  }
}

/** What bounds the spending of a key, revoked or not, however long the database is away. */
export async function limitsHoweverLong(options: LateCoverOptions, keyId: string): Promise<readonly SpendLimit[] | undefined> {
  for (;;) {
    try {
      return await options.keys.findSpending(keyId)
    } catch (thrown) {
      options.log({ event: 'key-lookup-failed', code: errorCode(thrown) })
      await pause(options)
    }
  }
}

/**
 * Holds the price of a settlement that no hold covers, in the windows it was held in and from the account: from what the last control
 * process's slices reserve, which have the cost alone of a call that was settled there, else anew. Where neither covers it, it is the house's.
 */
export async function coverLate(options: LateCoverOptions, message: GatewayMessage<'settle'>, known: Price): Promise<Covered> {
  const { writer, log } = options
  const { accountId, amount: held, heldAt } = message
  const price = priceOfCall(known, usageOf(message), message)
  const amount = price < held ? price : held
  const limits = heldAt === 0 ? undefined : await limitsHoweverLong(options, message.keyId)
  if (amount <= 0n) return nothingOf(limits)
  const ask = { accountId, amount, limits, at: heldAt * 1_000 }
  for (let attempt = 0; attempt < ATTEMPTS; ) {
    const secured = secureAgain(options, ask) ?? (await secure(options, ask))
    if (secured.result === 'granted') return { amount, spending: secured.spending }
    if (secured.result !== 'busy') break
    if (writer.isHealthy) attempt += 1
    await pause(options)
  }
  log({ event: 'settlement-uncovered', account: accountId })
  return nothingOf(limits)
}

/** A call that costs nothing is still its plan's. */
function nothingOf(limits: readonly SpendLimit[] | undefined): Covered {
  const coveredBy = limits?.find(({ covers }) => covers)?.subjectId
  return { amount: 0n, spending: coveredBy === undefined ? undefined : { names: [], coveredBy } }
}

const pause = ({ retryMs = RETRY_MS }: LateCoverOptions): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, retryMs).unref()
  })

/** What late cover reads of a call, with what is known here of it. */
export const withOwnFields = (told: GatewayMessage<'settle'>, own: EndedCall['own']): GatewayMessage<'settle'> => ({
  ...told,
  accountId: own.accountId,
  keyId: own.keyId,
  heldAt: own.heldAt,
  multiplier: own.multiplier,
})
