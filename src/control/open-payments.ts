import type { ApiDependencies } from '../api/index.ts'
import { readPaymentSettings } from '../catalog/index.ts'
import { type Config, processEnvironment } from '../config.ts'
import type { Database } from '../db/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { type Clock, doEach, errorCode, type Ids, type Log } from '../lib/index.ts'
import { btcpayReport, codeReport, openBtcpayRail, openPaymentDesk, type PaymentSettings, type Webhook } from '../payments/index.ts'
import type { Keyring, SubjectKeys } from '../privacy/index.ts'
import type { Mailer, RailReport } from '../spec/index.ts'
import type { OpenedPlans } from './open-plans.ts'
import { openRefunds } from './open-refunds.ts'
import { openRules, type RulesOptions } from './open-rules.ts'
import { openShop } from './open-shop.ts'
import { openStripe } from './open-stripe.ts'
import { openUsdc } from './open-usdc.ts'
import { openX402, type Till } from './open-x402.ts'
import { type RunningJobs, repeat, together } from './repeat.ts'

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
  /** What tells people of their balance; undefined until mail can be sent. */
  readonly letters: RulesOptions['letters']
  /** What sells plans and seats, and gives them once they were paid for. */
  readonly plans: Pick<OpenedPlans, 'parts' | 'fulfillers'>
}

/** Payments: what takes them, by which rules, and what carries them on beside the calls. */
export type OpenedPayments = {
  readonly settings: PaymentSettings
  /** What the interfaces work with. */
  readonly api: Pick<
    ApiDependencies,
    'payments' | 'paymentSettings' | 'webhooks' | 'stripe' | 'usdc' | 'x402' | 'refunds' | 'manage' | 'publicUrl'
  >
  /** What gateways sell calls without a key by; undefined where none are sold. */
  readonly till: Till | undefined
  /** What the rails say came in, for the daily comparison. */
  readonly reports: readonly RailReport[]
  readonly start: () => RunningJobs
}

const FINISH_MS = 15_000
/** With the letters after it, whoever has to be told is written to within a minute. */
const [WATCH_MS, LETTERS_MS] = [45_000, 10_000]
const ANNOUNCE_MS = 3_600_000
const REFRESH_MS = 120_000

/** Opens the desk of payments and the rails that are configured. Throws ConfigRefusedError. */
export async function openPayments(options: OpenPaymentsOptions): Promise<OpenedPayments> {
  const { config, appDatabase: database, ledger, keyring, subjects, clock, ids, log } = options
  const settings = readPaymentSettings(config, processEnvironment())
  const rules = openRules({ ...options, rules: settings.rules })
  const { fulfillers } = options.plans
  const desk = openPaymentDesk({ database, ledger, keyring, subjects, clock, ids, log, onPaid: [rules.onPaid], fulfillers })
  const told = (event: string) => (thrown: unknown) => log({ event, code: errorCode(thrown) })
  const btcpay = settings.btcpay && openBtcpayRail({ settings: settings.btcpay, desk, database, publicUrl: config.publicUrl, clock, log })
  const usdc = await openUsdc({ ...options, settings: settings.usdc, desk, file: config.configPath ?? 'farebox.yaml' })
  const cards = openStripe({ ...options, settings, desk, database, publicUrl: config.publicUrl })
  const stripe = cards.rail
  const x402 = openX402({ ...options, settings: settings.x402, usdcSettings: settings.usdc, desk })
  const refunds = openRefunds({ ...options, settings, desk })
  const finish = (): Promise<void> => doEach([() => desk.finish(), () => rules.finish(desk)], (step) => step())
  const start = (): RunningJobs => {
    const jobs = [
      repeat(finish, { name: 'payments.finish', waitMs: FINISH_MS, onFailed: told('payments-unfinished') }),
      repeat(() => rules.watch(), { name: 'payments.watch-balances', waitMs: WATCH_MS, onFailed: told('balances-unwatched') }),
      repeat(() => rules.writeLetters(), { name: 'payments.write-letters', waitMs: LETTERS_MS, onFailed: told('payment-letters-unsent') }),
      repeat(() => rules.announce(), { name: 'payments.announce-prices', waitMs: ANNOUNCE_MS, onFailed: told('prices-untold') }),
    ]
    if (btcpay !== undefined)
      jobs.push(repeat(btcpay.refresh, { name: 'payments.refresh', waitMs: REFRESH_MS, onFailed: told('payments-unread') }))
    if (usdc !== undefined) jobs.push(usdc.start())
    if (x402 !== undefined) jobs.push(x402.start())
    jobs.push(cards.start())
    if (refunds !== undefined) jobs.push(refunds.start())
    return together(jobs)
  }
  const webhooks = new Map<string, Webhook>()
  if (btcpay !== undefined) webhooks.set('btcpay', btcpay.webhook)
  if (stripe !== undefined) webhooks.set('stripe', stripe.webhook)
  const coins = btcpay && btcpayReport({ client: btcpay.client, desk, database })
  return {
    ...{ settings, start, till: x402?.till },
    api: {
      ...{ payments: desk, paymentSettings: settings, publicUrl: config.publicUrl, webhooks, stripe, usdc: usdc?.rail, x402: x402?.rail },
      refunds: refunds?.desk,
      manage: openShop({ btcpay, stripe, usdc: usdc?.rail, plans: options.plans.parts }),
    },
    reports: [codeReport(database, desk), coins, usdc?.rail.report, x402?.rail.report, stripe?.report].filter(
      (report) => report !== undefined,
    ),
  }
}
