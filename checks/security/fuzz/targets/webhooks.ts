import { createHmac } from 'node:crypto'
import type { SeededRandom } from '../../../../sim/index.ts'
import {
  type DeliveryAnswer,
  openBtcpayRail,
  openStripeApi,
  openStripeRail,
  RailServerError,
  type StripeApi,
  StripeRequestError,
  type StripeSettings,
  type Webhook,
} from '../../../../src/payments/index.ts'
import { editJson } from '../json-edit.ts'
import { type FuzzTarget, rule } from '../target.ts'

/** An input is a rail, a line feed, the header of its signature, a line feed, a body. In the header {now} and {sig} stand for what is right. */
const RAILS = ['stripe', 'btcpay'] as const
type Rail = (typeof RAILS)[number]
const HEADERS: Readonly<Record<Rail, string>> = { stripe: 't={now},v1={sig}', btcpay: 'sha256={sig}' }
const SECRET = 'whsec_fuzzed0123456789'
const NOW_MS = 1_795_000_000_000
const NOW = NOW_MS / 1_000
const TOLERANCE_SECONDS = 300
/** What no line of a log may hold, and no question to a rail's server but as the id of an object. */
const CANARY = 'cnryQ7f3'

const TYPES = [
  ...['checkout.session.completed', 'checkout.session.expired', 'payment_intent.succeeded', 'payment_intent.payment_failed'],
  ...[
    'charge.refunded',
    'charge.dispute.created',
    'charge.dispute.closed',
    'refund.updated',
    'customer.created',
    'InvoiceSettled',
    'InvoiceExpired',
  ],
] as const
const WORDS = [
  ...['id', 'type', 'data', 'object', 'payment_intent', 'checkout.session', 'dispute', 'refund', 'charge', 'event', 'invoiceId', 'storeId'],
  ...['metadata', 'amount', '__proto__', CANARY, ...TYPES],
] as const

/** Deliveries to the doors of rails: who did not sign is refused and does nothing; who did names an object, and nothing else is believed or kept. */
export const webhooksTarget: FuzzTarget = {
  dictionary: [...'{}[]:,"\n=', '{now}', '{sig}', 't=', 'v1=', 'v0=', 'sha256=', 'null', '\ufeff', '0'.repeat(64), '-1', '1e3', ...WORDS],
  bytesMax: 8_192,
  make: (random) => {
    const rail = random.pick(RAILS)
    return Buffer.from(`${rail}\n${madeHeader(rail, random)}\n${JSON.stringify(madeBody(rail, random))}`)
  },
  edit: (input, random) => {
    const { rail, header, body } = apart(input)
    const text = editJson(body.toString(), random, WORDS)
    return text === undefined ? input : Buffer.from(`${rail}\n${header}\n${text}`)
  },
  read: async (input) => {
    const { rail, header, body } = apart(input)
    const signature = filled(rail, header, body)
    const { answer, log, asked } = await delivered(rail, body, signature)
    if (!isSigned(rail, signature, body)) rule(answer === 400 && asked.length === 0, `${rail}: what nobody signed was taken`)
    else if (header === HEADERS[rail] && isEvent(rail, body)) rule(answer === 200, `${rail}: what was signed was not taken`)
    rule(answer !== 503, `${rail}: it is to be sent again, and nothing was out of order`)
    rule(!log.some((line) => line.includes(CANARY)), `${rail}: a log says what was sent`)
    for (const id of asked)
      rule(rail === 'btcpay' ? id.length <= 64 : /^[A-Za-z0-9_]{1,200}$/.test(id), `${rail}: an id that is none is asked for`)
    return 1
  },
}

function madeHeader(rail: Rail, random: SeededRandom): string {
  const kind = random.below(10)
  if (kind < 6) return HEADERS[rail]
  if (kind === 6) return ''
  if (kind === 7) return HEADERS[rail].replace('{sig}', '0'.repeat(64))
  return rail === 'stripe' ? `t=${NOW - random.below(700)},v1={sig},v0=${'a'.repeat(64)}` : 'sha1={sig}'
}

function madeBody(rail: Rail, random: SeededRandom): object {
  const type = random.pick(TYPES)
  if (rail === 'btcpay') return { type, storeId: 'store', invoiceId: random.word(22), metadata: { note: CANARY } }
  const object = random.pick(['checkout.session', 'payment_intent', 'dispute', 'refund', 'charge', 'customer'])
  const about = {
    id: `xx_${random.word(12)}`,
    object,
    payment_intent: random.below(2) === 0 ? `pi_${random.word(9)}` : null,
    description: CANARY,
  }
  return { id: `evt_${random.word(12)}`, object: 'event', type, data: { object: about } }
}

function apart(input: Buffer): { readonly rail: Rail; readonly header: string; readonly body: Buffer } {
  const first = input.indexOf(10)
  const second = input.indexOf(10, first + 1)
  const name = input.toString('latin1', 0, Math.max(0, first))
  const rail = RAILS.find((one) => one === name) ?? 'stripe'
  return { rail, header: input.toString('latin1', first + 1, Math.max(first + 1, second)), body: input.subarray(Math.max(0, second + 1)) }
}

const hmac = (...parts: readonly (string | Buffer)[]): string => {
  const made = createHmac('sha256', SECRET)
  for (const part of parts) made.update(part)
  return made.digest('hex')
}

const filled = (rail: Rail, header: string, body: Buffer): string => {
  const time = /t=(\d{1,12})(?:,|$)/.exec(header)?.[1] ?? String(NOW)
  return header.replaceAll('{now}', String(NOW)).replaceAll('{sig}', rail === 'stripe' ? hmac(`${time}.`, body) : hmac(body))
}

/** Whether any reading of a header makes it one that the rail could have sent. */
function isSigned(rail: Rail, header: string, body: Buffer): boolean {
  if (rail === 'btcpay') return header === `sha256=${hmac(body)}`
  const times = [...header.matchAll(/t=(\d{1,12})/g)]
    .map(([, time]) => String(time))
    .filter((time) => Math.abs(NOW - Number(time)) <= TOLERANCE_SECONDS)
  return times.some((time) => header.includes(`v1=${hmac(`${time}.`, body)}`))
}

/** Whether a body is an event as its rail writes them. */
function isEvent(rail: Rail, body: Buffer): boolean {
  const pattern =
    rail === 'stripe'
      ? /^\{"id":"evt_\w{1,40}","object":"event","type":"[a-z._]{1,60}","data":\{"object":\{"id":"xx_\w{1,40}","object":"[a-z._]{1,40}","payment_intent":(?:null|"pi_\w{1,40}"),"description":"\w*"\}\}\}$/
      : /^\{"type":"[\w.]{1,40}","storeId":"store","invoiceId":"\w{1,40}","metadata":\{"note":"\w*"\}\}$/
  return pattern.test(body.toString('latin1'))
}

type Outcome = { readonly answer: DeliveryAnswer; readonly log: readonly string[]; readonly asked: readonly string[] }

/** What came of the delivery in hand; one is read at a time. */
let noted: { readonly log: string[]; readonly asked: string[] } = { log: [], asked: [] }

async function delivered(rail: Rail, body: Buffer, signature: string): Promise<Outcome> {
  noted = { log: [], asked: [] }
  const header = (name: string): string | undefined =>
    name === (rail === 'stripe' ? 'stripe-signature' : 'btcpay-sig') ? signature : undefined
  const answer = await DOORS[rail]({ body, header })
  return { answer, ...noted }
}

/** Parts of which none is there but what a delivery is read with: no object is at the rail, no payment in the books. */
const PARTS = {
  clock: { now: () => NOW_MS },
  log: (event: object) => void noted.log.push(JSON.stringify(event)),
  database: {
    query: async (statement: { readonly values?: readonly unknown[] }) => {
      for (const value of statement.values ?? [])
        if (typeof value === 'string' && !RAILS.some((rail) => rail === value)) noted.asked.push(value)
      return []
    },
  },
  desk: { externalKey: () => Buffer.alloc(32) },
}

const stripeApi = openStripeApi({ secretKey: 'sk_test_fuzzed', webhookSecret: SECRET } as StripeSettings)

/** The library's own reading of events; every object that is asked for is missing. */
const missing = new Proxy(stripeApi, {
  get: (api, name) => {
    if (name === 'readEvent') return api.readEvent
    return async (id: unknown) => {
      noted.asked.push(String(id))
      throw new StripeRequestError('missing', 'resource_missing')
    }
  },
}) as StripeApi

const DOORS: Readonly<Record<Rail, Webhook>> = { stripe: stripeDoor(), btcpay: btcpayDoor() }

function stripeDoor(): Webhook {
  const settings = { isTaxed: false, isRedacting: false } as StripeSettings
  const rail = openStripeRail({ ...PARTS, settings, api: missing } as unknown as Parameters<typeof openStripeRail>[0])
  if (rail === undefined) throw new TypeError('a rail without settings')
  return rail.webhook
}

function btcpayDoor(): Webhook {
  const settings = { url: 'https://pay.example', storeId: 'store', apiKey: 'key', webhookSecret: SECRET }
  // Its server is asked for invoices of theirs that no payment names, and for nothing that is no id of one.
  const read = async (id: string) => {
    rule(/^[A-Za-z0-9]{8,64}$/.test(id), 'btcpay: an id that is none is asked of the server')
    noted.asked.push(id)
    throw new RailServerError('HTTP_404')
  }
  const parts = { ...PARTS, settings, publicUrl: 'https://e.org', client: { read } }
  return openBtcpayRail(parts as unknown as Parameters<typeof openBtcpayRail>[0]).webhook
}
