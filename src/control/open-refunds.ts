import type { Database } from '../db/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { type Clock, errorCode, type Ids, type Log } from '../lib/index.ts'
import {
  btcpayRefunds,
  openRefundDesk,
  type PaymentDesk,
  type PaymentSettings,
  type RefundChain,
  type RefundDesk,
  usdcChain,
  usdcSanctions,
} from '../payments/index.ts'
import type { Keyring, SubjectKeys } from '../privacy/index.ts'
import { type RunningJobs, repeat } from './repeat.ts'

/** What money goes back with; `service` is what customers call the house. */
export type OpenRefundsOptions = {
  readonly settings: PaymentSettings
  readonly appDatabase: Database
  readonly ledger: Ledger
  readonly desk: PaymentDesk
  readonly keyring: Keyring
  readonly subjects: SubjectKeys
  readonly service: string
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

/** The desk, and what carries its refunds on until it is stopped. */
export type OpenedRefunds = { readonly desk: RefundDesk; readonly start: () => RunningJobs }

const FINISH_MS = 30_000

/** Opens the desk of refunds in coins; undefined where no coins are taken. */
export function openRefunds(options: OpenRefundsOptions): OpenedRefunds | undefined {
  const { settings, appDatabase: database, ledger, desk: payments, keyring, subjects: sealing, service, clock, ids, log } = options
  const { usdc, btcpay, x402 } = settings
  if (usdc === undefined && btcpay === undefined) return undefined
  const stopping = new AbortController()
  const chainAt = (id: number): RefundChain | undefined => usdc && usdcChain(usdc, id, stopping.signal)
  const chains = new Map(
    (usdc?.chains ?? []).flatMap(({ id }) => {
      const on = chainAt(id)
      return on === undefined ? [] : [[id, on] as const]
    }),
  )
  const called = x402 && chainAt(x402.chainId)
  const desk = openRefundDesk({
    ...{ database, ledger, desk: payments, keyring, sealing, service, clock, ids, log, policy: settings.rules.refunds, chains },
    callChain: x402 && called && { ...called, chain: { ...called.chain, token: x402.asset, decimals: CALL_DECIMALS } },
    btcpay: btcpay && btcpayRefunds(btcpay),
    sanctions: usdcSanctions(usdc ?? { sanctions: {} }, { clock, log }),
  })
  return {
    desk,
    start: () => {
      const onFailed = (thrown: unknown) => log({ event: 'refunds-unfinished', code: errorCode(thrown) })
      const finishing = repeat(desk.finish, { waitMs: FINISH_MS, onFailed })
      return {
        stop: async () => {
          stopping.abort()
          await finishing.stop()
        },
      }
    },
  }
}

/** Calls without a key are paid in tokens of six decimals alone. */
const CALL_DECIMALS = 6
