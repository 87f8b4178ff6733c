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
  type StripeRail,
  type UsdcRail,
  type Webhook,
} from '../payments/index.ts'
import type { Keyring, SubjectKeys } from '../privacy/index.ts'
import type { Mailer, RailReport } from '../spec/index.ts'
import { openStripe } from './open-stripe.ts'
import { openUsdc } from './open-usdc.ts'
import { type RunningJobs, repeat } from './repeat.ts'

/** What payments are opened with; `appDatabase` has the role farebox_app. */
export type OpenPaymentsOptions = {
  readonly config: Config
  readonly appDatabase: Database
  readonly ledger: Ledger
  readonly keyring: Keyring
  readonly subjects: SubjectKeys
  readonly nodeId: string
  /** Undefined where no mail can be sent. */
  readonly mailer: Mailer | undefined
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
  /** Cards; undefined where they are not set up. */
  readonly stripe: StripeRail | undefined
  /** What takes deliveries, by the name of its rail. */
  readonly webhooks: ReadonlyMap<string, Webhook>
  /** Undefined where no USDC is taken. */
  readonly usdc: UsdcRail | undefined
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
  const cards = openStripe({ ...options, settings, desk, database, publicUrl: config.publicUrl })
  const stripe = cards.rail
  const start = (): RunningJobs => {
    const jobs = [repeat(async () => void (await desk.finish()), { waitMs: FINISH_MS, onFailed: told('payments-unfinished') })]
    if (btcpay !== undefined) jobs.push(repeat(btcpay.refresh, { waitMs: REFRESH_MS, onFailed: told('payments-unread') }))
    if (usdc !== undefined) jobs.push(usdc.start())
    jobs.push(cards.start())
    return { stop: async () => void (await Promise.all(jobs.map((job) => job.stop()))) }
  }
  const webhooks = new Map<string, Webhook>()
  if (btcpay !== undefined) webhooks.set('btcpay', btcpay.webhook)
  if (stripe !== undefined) webhooks.set('stripe', stripe.webhook)
  const coins = btcpay && btcpayReport(btcpay.client, desk)
  return {
    ...{ desk, settings, start, webhooks, stripe, usdc: usdc?.rail },
    reports: [coins, usdc?.rail.report, stripe?.report].filter((report) => report !== undefined),
  }
}
