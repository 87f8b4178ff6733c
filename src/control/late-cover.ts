import type { GatewayMessage } from '../channel/index.ts'
import { DatabaseError } from '../db/index.ts'
import type { GroupCommit, SliceBook } from '../ledger/index.ts'
import { errorCode, type Log, type NanoUsd } from '../lib/index.ts'
import type { Price } from '../spec/index.ts'
import { priceOfCall } from './call-rows.ts'
import type { PriceBook } from './price-book.ts'

/** What settlements without a hold or without a known price are settled with; `retryMs` is 250 when left out. */
export type LateCoverOptions = {
  readonly slices: SliceBook
  readonly writer: GroupCommit
  readonly prices: PriceBook
  readonly log: Log
  readonly retryMs?: number
}

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

/**
 * Holds the price of a settlement that no hold covers: from what the last control process's slice reserves, which has the cost alone
 * of a call that was settled there, else from the account. Returns what is held now; 0 when neither covers it, as that is the house's.
 */
export async function coverLate(options: LateCoverOptions, message: GatewayMessage<'settle'>, known: Price): Promise<NanoUsd> {
  const { slices, writer, log } = options
  const { accountId, amount } = message
  const price = priceOfCall(known, message)
  const wanted = price < amount ? price : amount
  if (wanted <= 0n) return 0n
  for (let attempt = 0; attempt < ATTEMPTS; ) {
    const result = slices.renew(accountId, wanted) ? 'granted' : await slices.hold(accountId, wanted)
    if (result === 'granted') return wanted
    if (result === 'credit') break
    if (writer.isHealthy) attempt += 1
    await pause(options)
  }
  log({ event: 'settlement-uncovered', account: accountId })
  return 0n
}

const pause = ({ retryMs = RETRY_MS }: LateCoverOptions): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, retryMs).unref()
  })
