import { readPaymentSettings } from '../catalog/index.ts'
import { type Config, processEnvironment } from '../config.ts'
import type { Database } from '../db/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { type Clock, errorCode, type Ids, type Log } from '../lib/index.ts'
import {
  btcpayReport,
  openBtcpayRail,
  openPaymentDesk,
  type PaymentDesk,
  type PaymentSettings,
  type UsdcRail,
  type Webhook,
  type X402Rail,
} from '../payments/index.ts'
import type { Keyring, SubjectKeys } from '../privacy/index.ts'
import type { RailReport } from '../spec/index.ts'
import { openUsdc } from './open-usdc.ts'
import { openX402, type Till } from './open-x402.ts'
import { type RunningJobs, repeat } from './repeat.ts'

/** What payments are opened with; `appDatabase` has the role farebox_app. */
export type OpenPaymentsOptions = {
  readonly config: Config
  readonly appDatabase: Database
  readonly ledger: Ledger
  readonly keyring: Keyring
  readonly subjects: SubjectKeys
  readonly nodeId: string
  /** What customers call the service. */
  readonly service: string
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

/** Payments: what takes them, by which rules, and what carries them on beside the calls. */
export type OpenedPayments = {
  readonly desk: PaymentDesk
  readonly settings: PaymentSettings
  /** What takes deliveries, by the name of its rail. */
  readonly webhooks: ReadonlyMap<string, Webhook>
  /** Undefined where no USDC is taken. */
  readonly usdc: UsdcRail | undefined
  /** Undefined where no calls are sold without a key. */
  readonly x402: X402Rail | undefined
  readonly till: Till | undefined
  /** What the rails say came in, for the daily comparison. */
  readonly reports: readonly RailReport[]
  readonly start: () => RunningJobs
}

const FINISH_MS = 15_000
const REFRESH_MS = 120_000

/** Opens the desk of payments and the rails that are configured. Throws ConfigRefusedError. */
export async function openPayments(options: OpenPaymentsOptions): Promise<OpenedPayments> {
  const { config, appDatabase: database, ledger, keyring, clock, ids, log } = options
  const settings = readPaymentSettings(config, processEnvironment())
  const desk = openPaymentDesk({ database, ledger, keyring, clock, ids, log, onPaid: [], fulfillers: {} })
  const told = (event: string) => (thrown: unknown) => log({ event, code: errorCode(thrown) })
  const btcpay = settings.btcpay && openBtcpayRail({ settings: settings.btcpay, desk, database, publicUrl: config.publicUrl, clock, log })
  const usdc = await openUsdc({ ...options, settings: settings.usdc, desk, file: config.configPath ?? 'farebox.yaml' })
  const x402 = openX402({ ...options, settings: settings.x402, desk })
  const start = (): RunningJobs => {
    const jobs = [repeat(async () => void (await desk.finish()), { waitMs: FINISH_MS, onFailed: told('payments-unfinished') })]
    if (btcpay !== undefined) jobs.push(repeat(btcpay.refresh, { waitMs: REFRESH_MS, onFailed: told('payments-unread') }))
    if (usdc !== undefined) jobs.push(usdc.start())
    if (x402 !== undefined) jobs.push(x402.start())
    return { stop: async () => void (await Promise.all(jobs.map((job) => job.stop()))) }
  }
  return {
    ...{ desk, settings, start, usdc: usdc?.rail, x402: x402?.rail, till: x402?.till },
    webhooks: new Map(btcpay === undefined ? [] : [['btcpay', btcpay.webhook]]),
    reports: [...(btcpay === undefined ? [] : [btcpayReport(btcpay.client, desk)]), ...(usdc === undefined ? [] : [usdc.rail.report])],
  }
}
