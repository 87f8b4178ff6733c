import { randomBytes } from 'node:crypto'
import { parseUsd } from '../src/lib/index.ts'

/** A settled call as the operator sees it. */
export type UsageRow = {
  readonly request_id: string
  readonly model: string
  readonly tokens: {
    readonly input: number
    readonly output: number
    readonly cached_read: number
    readonly cache_write_5m: number
    readonly cache_write_1h: number
    readonly reasoning: number
  } & Readonly<Record<string, number>>
  readonly pieces?: Readonly<Record<string, number>>
  readonly cost: string
  readonly hold: string
  readonly outcome: string
  readonly status: number
  readonly usage_source: string
  readonly is_stream: boolean
  readonly is_suspect: boolean
  /** From the call's first byte in the gateway to the last of its answer. */
  readonly latency_ms: number
}

/** An account with one key. */
export type Customer = { readonly id: string; readonly key: string; readonly keyId: string }

/** An account's money in nano-USD. */
export type Balance = { readonly available: bigint; readonly held: bigint }

/** What a customer's key is made with, as the operator API takes it. */
export type KeyOptions = {
  readonly limits?: Readonly<Record<string, number>>
  readonly models?: readonly string[]
  readonly routing?: Readonly<Record<string, unknown>>
  readonly spend_cap?: Readonly<Record<'amount' | 'window', string>>
}

/** Whether the books agree with themselves. */
export type Verdict = { readonly ok: boolean; readonly checked: Readonly<Record<string, number>>; readonly problems: readonly string[] }

/** The operator's hand. Everything rejects when the answer is not 2xx. */
export type Operator = {
  /** One call of the operator API: the path after /operator/v1, and the JSON it answers. */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<unknown>
  /** A new account with this credit in USD, and a key. */
  readonly customer: (amount?: string, key?: KeyOptions) => Promise<Customer>
  /** Every settled call of an account, newest first. */
  readonly usage: (accountId: string) => Promise<readonly UsageRow[]>
  readonly balance: (accountId: string) => Promise<Balance>
  readonly verify: () => Promise<Verdict>
}

const ANSWER_MS_MAX = 30_000
/** All of the books are read for it. */
const VERIFY = '/ledger/verify'
const VERIFIED_MS_MAX = 600_000

/** The operator API at a base such as http://127.0.0.1:8081/operator/v1. */
export function operatorOf(base: string, token: string): Operator {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(base + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': randomBytes(8).toString('hex') } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(path === VERIFY ? VERIFIED_MS_MAX : ANSWER_MS_MAX),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status} ${text.slice(0, 300)}`)
    return text === '' ? {} : JSON.parse(text)
  }
  return {
    ask,
    customer: (amount = '10.00', key = {}) => makeCustomer(ask, amount, key),
    usage: (accountId) => readUsage(ask, accountId),
    balance: async (accountId) => {
      const { balance } = (await ask('GET', `/accounts/${accountId}`)) as { balance: { available: string; held: string } }
      return { available: nanoOf(balance.available), held: nanoOf(balance.held) }
    },
    verify: async () => (await ask('GET', VERIFY)) as Verdict,
  }
}

/** Nano-USD of a decimal string the server sent; throws when it is none. */
export function nanoOf(text: string): bigint {
  const nano = parseUsd(text)
  if (nano === undefined) throw new Error(`not an amount: ${text}`)
  return nano
}

/** The sum of what rows cost, in nano-USD. */
export const costOf = (rows: readonly UsageRow[]): bigint => rows.reduce((sum, row) => sum + nanoOf(row.cost), 0n)

async function makeCustomer(ask: Operator['ask'], amount: string, key: KeyOptions): Promise<Customer> {
  const account = (await ask('POST', '/accounts', { email: `world-${randomBytes(6).toString('hex')}@example.com` })) as { id: string }
  await ask('POST', `/accounts/${account.id}/credits`, { amount, reason: 'world' })
  const minted = (await ask('POST', `/accounts/${account.id}/keys`, { name: 'world', ...key })) as { id: string; secret: string }
  return { id: account.id, key: minted.secret, keyId: minted.id }
}

type UsagePage = { readonly data: readonly UsageRow[]; readonly next: string | null }

async function readUsage(ask: Operator['ask'], accountId: string): Promise<readonly UsageRow[]> {
  const rows: UsageRow[] = []
  let next: string | null = null
  do {
    const cursor: string = next === null ? '' : `&cursor=${encodeURIComponent(next)}`
    const page = (await ask('GET', `/accounts/${accountId}/usage?limit=200${cursor}`)) as UsagePage
    rows.push(...page.data)
    next = page.next
  } while (next !== null)
  return rows
}
