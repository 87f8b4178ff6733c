import { randomBytes } from 'node:crypto'
import { type SeededRandom, type SimBtcpay, type SimInvoice, startSimBtcpay } from '../../../sim/index.ts'
import { connect, type Database } from '../../../src/db/index.ts'
import { HOUSE, makeLedger } from '../../../src/ledger/index.ts'
import { parseUsd } from '../../../src/lib/index.ts'
import {
  type BtcpayRail,
  btcpayReport,
  openBtcpayRail,
  openPaymentDesk,
  type PaidStep,
  type PaymentDesk,
} from '../../../src/payments/index.ts'
import { keyringOf } from '../../../src/privacy/index.ts'
import { breakingOff } from '../breaking-database.ts'
import type { Evidence, Rail } from './rails.ts'
import type { Till, TillParts } from './till.ts'

type Sale = { readonly accountId: string; readonly isPurchase: boolean }
type Opened = { readonly rail: BtcpayRail; readonly desk: PaymentDesk }

const CENT = 10_000_000n
const TWO_MINUTES = 120_000

/** Opens a till that takes coins, at which every third payment buys something. */
export async function openCoinTill({ store, random, clock, ids, count }: TillParts): Promise<Till> {
  const sim = await startSimBtcpay(clock.now)
  const database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 6 })
  const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
  const sales = new Map<string, Sale>()
  const settings = { url: sim.url, storeId: sim.storeId, apiKey: sim.apiKey, webhookSecret: sim.secret }
  const open = (app: Database, books: Database): Opened => {
    const ledger = makeLedger(books, { ids, subjects: store.subjects })
    const buy: PaidStep = async ({ id, accountId, amount }) => {
      await ledger.purchase({ accountId, amount: halfOf(amount), sourceKey: `plan:${id}`, reason: 'month' })
      return undefined
    }
    const parts = { database: app, keyring, subjects: store.subjects, ids, clock, log: () => undefined }
    const desk = openPaymentDesk({ ...parts, ledger, onPaid: [], fulfillers: { plan: buy } })
    return { desk, rail: openBtcpayRail({ ...parts, settings, desk, publicUrl: 'http://localhost:8080' }) }
  }
  const well = open(database, store.database)
  const broken = (): Opened => {
    const when = random.below(2) === 0 ? 'before' : 'after'
    return random.below(2) === 0
      ? open(breakingOff(database, random, when), store.database)
      : open(database, breakingOff(store.database, random, when))
  }
  const tell = async ({ id }: SimInvoice, { rail }: Opened): Promise<void> => {
    const { body, signature } = sim.delivery('InvoiceSettled', id)
    const status = await rail.webhook({ body: Buffer.from(body), header: (name) => (name === 'btcpay-sig' ? signature : undefined) })
    if (status !== 200) count('delivery-broken-off')
  }
  return {
    begin: async (accountId) => {
      const isPurchase = random.below(3) === 0
      const amount = BigInt(1 + random.below(500)) * CENT
      const purpose = isPurchase ? ({ kind: 'plan', planId: 'month' } as const) : ({ kind: 'topup' } as const)
      const { payment } = await well.rail.checkout({ accountId, purpose, amount })
      sales.set(payment.id, { accountId, isPurchase })
    },
    goOn: async () => {
      const moving = [...sim.invoices.values()].filter(({ status }) => status === 'New' || status === 'Processing')
      const invoice = moving[random.below(Math.max(1, moving.length))]
      if (invoice === undefined) return
      Object.assign(invoice, next(invoice, random))
      await Promise.all([tell(invoice, broken()), tell(invoice, broken()), ...(random.below(2) === 0 ? [] : [tell(invoice, well)])])
    },
    finish: async () => {
      await well.rail.refresh()
      clock.forward(TWO_MINUTES)
      await well.desk.finish()
      clock.forward(TWO_MINUTES)
      await well.desk.finish()
    },
    rails: railsOf({ sim, sales, desk: well.desk }),
    report: btcpayReport({ client: well.rail.client, desk: well.desk, database }),
    close: async () => {
      await database.end()
      await sim.stop()
    },
  }
}

function next({ status, amount }: SimInvoice, random: SeededRandom): Partial<SimInvoice> {
  const luck = random.below(10)
  if (luck === 0) return { status: 'Expired', additionalStatus: 'PaidPartial', paidAmount: '0.01' }
  if (luck === 1) return { status: 'Expired' }
  return status === 'New' && luck < 6 ? { status: 'Processing' } : { status: 'Settled', paidAmount: amount }
}

const halfOf = (amount: bigint): bigint => (amount + 1n) / 2n

/** What the server says is settled, and what was to be bought of it. */
function railsOf({
  sim,
  sales,
  desk,
}: {
  readonly sim: SimBtcpay
  readonly sales: Map<string, Sale>
  readonly desk: PaymentDesk
}): readonly Rail[] {
  const settled = () => [...sim.invoices.values()].filter(({ status }) => status === 'Settled')
  const saleOf = ({ metadata }: SimInvoice) => sales.get(metadata.orderId ?? '')
  const amountOf = ({ amount }: SimInvoice): bigint => parseUsd(amount) ?? 0n
  const deposits = (): readonly Evidence[] =>
    settled().map((invoice) => ({
      sourceKey: `btcpay:${desk.externalKey('btcpay', invoice.id)}`,
      accountId: saleOf(invoice)?.accountId ?? '',
      amount: amountOf(invoice),
    }))
  const purchases = (): readonly Evidence[] =>
    settled().flatMap((invoice) => {
      const { accountId, isPurchase } = saleOf(invoice) ?? { accountId: '', isPurchase: false }
      return isPurchase ? [{ sourceKey: `plan:${invoice.metadata.orderId}`, accountId, amount: -halfOf(amountOf(invoice)) }] : []
    })
  return [
    { name: 'deposits by coins', kinds: ['deposit'], prefix: 'btcpay:', clearing: [HOUSE.deposits], evidence: deposits },
    { name: 'purchases', kinds: ['purchase'], prefix: 'plan:', clearing: [HOUSE.revenue], evidence: purchases },
  ]
}
