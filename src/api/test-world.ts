import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Hono } from 'hono'
import { ABUSE_DEFAULTS, makeVelocity } from '../abuse/index.ts'
import { siteDefaultsOf } from '../catalog/index.ts'
import type { Database, Sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { makeIdentity } from '../identity/index.ts'
import { endKeysSince, listKeysLeft } from '../keys/index.ts'
import { type LogEvent, systemIds } from '../lib/index.ts'
import { makeOperatorDesk, type OperatorDesk } from '../operators/index.ts'
import { openPaymentDesk, paymentSettingsOf } from '../payments/index.ts'
import { type PlanParts, SUBSCRIPTION_DEFAULTS } from '../plans/index.ts'
import {
  keyringOf,
  makeOwnRights,
  makeRights,
  openPolicyDesk,
  policySettingsOf,
  type RightsOptions,
  type SubjectKeys,
} from '../privacy/index.ts'
import { EMPTY_INVENTORY, testSubjectKeys } from '../privacy/testing.ts'
import { manualRail, readPagesOverHttp, reconcileDay } from '../reconcile/index.ts'
import { makeSupportDesk } from '../support/index.ts'
import { undeclaredIn } from './answer-shapes/index.ts'
import type { ApiDependencies, ApiEnv, ApiLedger } from './dependencies.ts'

/** The operator token of tests. */
export const TEST_TOKEN = 'test-operator-token-0123456789'

/** The time at which tests begin; `clock.at` moves it. */
export const TEST_TIME = Date.parse('2026-11-21T12:00:00Z')

/** What a test builds an app of: dependencies with a clock it can move and a log it can read. */
export type TestWorld = {
  readonly dependencies: ApiDependencies
  readonly ledger: TestLedger
  readonly clock: { at: number }
  readonly logged: LogEvent[]
}

/** Books in memory that keep their promises to the interface: one effect per source key. `credits` counts effects. */
export type TestLedger = ApiLedger & { readonly credits: () => number; readonly sourceKeys: () => readonly string[] }

/** A world around a database; `rights` where people's rights are tested, which otherwise know no table and no account. */
export function testWorld(appDatabase: Database, rights: Partial<RightsOptions> = {}): TestWorld {
  const clock = { at: TEST_TIME }
  const logged: LogEvent[] = []
  const ledger = testLedger()
  const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
  const subjects = testSubjectKeys(keyring)
  const log = (entry: LogEvent): void => void logged.push(entry)
  const dependencies: ApiDependencies = {
    ...testRights({ appDatabase, clock, log }, rights),
    appDatabase,
    ledger,
    keyring,
    subjects,
    ids: systemIds(() => clock.at),
    clock: { now: () => clock.at, monotonic: () => clock.at },
    log,
    randomBytes,
    operators: testOperators({ appDatabase, clock, log, subjects }),
    whenWritten: async () => undefined,
    isReady: async () => true,
    bindSpending: (_, limits) => limits,
    reconcile: (day) => {
      const rails = [manualRail(appDatabase)]
      return reconcileDay({ database: appDatabase, sealing: keyring, rails, readPage: readPagesOverHttp(), log, now: clock.at }, day)
    },
    upstreamHealth: () => undefined,
    audited: () => ({ isOk: true, at: TEST_TIME }),
    ...{ jobs: () => [], retention: [{ table: 'usage_event', days: 90, by: 'partition' }] },
    metrics: async () => 'farebox_up 1\n',
    ...testIdentity({ appDatabase, clock, log, subjects, ledger }),
    abuse: testAbuse({ appDatabase, clock, subjects }),
    policy: testPolicy(appDatabase, clock),
    ...testPayments({ appDatabase, ledger, keyring, subjects, clock, log }),
    manage: { rails: {} },
    messages: { service: 'shop', unsubscribeKey: randomBytes(32), botName: () => 'shop_bot', hasWebhooks: true },
    signOn: undefined,
    publicUrl: 'https://shop.example',
    site: siteDefaultsOf('shop'),
    house: {
      ...{ configFile: undefined, site: { name: 'shop', accent: undefined, hasLogo: false }, variables: new Set() },
    },
    plans: testPlans({ appDatabase, ledger, subjects, clock }),
    support: makeSupportDesk({
      ...{ database: appDatabase, sealing: subjects, ids: systemIds(() => clock.at), clock: { now: () => clock.at }, log },
      ...{ emailOf: async () => undefined, mailer: undefined },
    }),
  }
  return { dependencies, ledger, clock, logged }
}

/** The policy of a deployment that keeps nothing and calls nobody. */
const testPolicy = (database: Database, clock: { readonly at: number }) =>
  openPolicyDesk({
    database,
    inventory: EMPTY_INVENTORY,
    settings: policySettingsOf(undefined, { isPublic: false, publicUrl: 'http://localhost:8080' }),
    gatewayRecycleSeconds: 900,
    isEdgeOnly: false,
    attestationFolder: undefined,
    listInUse: async () => [],
    readProof: () => [],
    clock: { now: () => clock.at, monotonic: () => clock.at },
  })

type Around = { readonly appDatabase: Database; readonly clock: { readonly at: number }; readonly log: RightsOptions['log'] }

function testRights(
  { appDatabase: database, clock, log }: Around,
  given: Partial<RightsOptions>,
): Pick<ApiDependencies, 'rights' | 'ownRights'> {
  const now = () => clock.at
  const options: RightsOptions = {
    ...{ inventory: [], database, clock: { now }, ids: systemIds(now), random: randomBytes, log, readers: {}, mailer: undefined },
    keys: { destroy: async () => undefined, replayErasures: async () => [] },
    accounts: {
      isKnown: async () => false,
      emailOf: async () => undefined,
      findByEmail: async () => undefined,
      changeEmail: async () => undefined,
    },
    forgetUsage: async () => true,
    codes: async () => ({}),
    settings: { eraseWithinDays: 7, inactiveAfterDays: undefined, settleMs: 0 },
    ...given,
  }
  const rights = makeRights(options)
  return { rights, ownRights: makeOwnRights(options, rights, 'https://shop.example') }
}

type Paying = Pick<ApiDependencies, 'appDatabase' | 'ledger' | 'keyring' | 'subjects' | 'log'> & { readonly clock: { readonly at: number } }

/** Payments without a rail. */
function testPayments({
  appDatabase: database,
  ledger,
  keyring,
  subjects,
  clock,
  log,
}: Paying): Pick<ApiDependencies, 'payments' | 'paymentSettings' | 'webhooks'> {
  const now = () => clock.at
  const parts = { database, ledger, keyring, subjects, ids: systemIds(now), clock: { now }, log, onPaid: [], fulfillers: {} }
  return { payments: openPaymentDesk(parts), paymentSettings: paymentSettingsOf(undefined), webhooks: new Map() }
}

/** Plans by what is usual. */
const testPlans = ({ appDatabase: database, ledger, subjects, clock }: Planning): PlanParts => {
  const now = () => clock.at
  return { database, books: ledger, clock: { now }, ids: systemIds(now), settings: SUBSCRIPTION_DEFAULTS, subjects }
}

type Planning = Pick<ApiDependencies, 'appDatabase' | 'ledger' | 'subjects'> & { readonly clock: { readonly at: number } }

type IdentityAround = Around & { readonly subjects: SubjectKeys; readonly ledger: ApiLedger }

/** Identity that sends no mail and knows no address. */
function testIdentity({ appDatabase, clock, log, subjects, ledger }: IdentityAround): Pick<ApiDependencies, 'identity' | 'publicUrl'> {
  const publicUrl = 'https://shop.example'
  const now = () => clock.at
  const options = { database: appDatabase, subjects, ipTags: { ipTag: async () => undefined }, clock: { now }, ids: systemIds(now), log }
  const identity = makeIdentity({
    ...options,
    ...{ random: randomBytes, openLedgerAccount: ledger.openAccount, mailer: undefined, publicUrl, service: 'shop', scheme: 'argon2id' },
    keys: { left: listKeysLeft, endSince: endKeysSince },
  })
  return { identity, publicUrl }
}

/** Where the operator listener of tests is. */
export const OPERATOR_URL = 'http://localhost:8081'

/** Operators that are sent no mail, from nowhere. */
function testOperators({ appDatabase, clock, log, subjects }: Around & { readonly subjects: SubjectKeys }): OperatorDesk {
  const now = () => clock.at
  return makeOperatorDesk({
    ...{ database: appDatabase, subjects, ipTags: { ipTag: async () => undefined }, clock: { now }, ids: systemIds(now), log },
    ...{ random: randomBytes, mailer: undefined, service: 'shop', scheme: 'argon2id', url: OPERATOR_URL },
    tokenHash: createHash('sha256').update(TEST_TOKEN).digest(),
  })
}

/** What is usual against abuse, where no address is known. */
const testAbuse = ({
  appDatabase: database,
  clock,
  subjects,
}: Pick<IdentityAround, 'appDatabase' | 'clock' | 'subjects'>): ApiDependencies['abuse'] => ({
  velocity: makeVelocity({
    ...{ database, subjects, ipTags: { ipTag: async () => undefined }, clock: { now: () => clock.at } },
    limits: ABUSE_DEFAULTS.velocity,
  }),
  newKeyCap: undefined,
  onRaised: () => undefined,
})

/** A database that no test may reach: proves that a request was refused before any look-up. */
export const unreachableDatabase: Database = {
  query: async () => {
    throw new Error('the database was asked')
  },
  transaction: async () => {
    throw new Error('the database was asked')
  },
  end: async () => undefined,
}

/** A database that takes entries of the audit log, which each access leaves, and may not be asked anything else. */
export const auditingDatabase: Database = {
  ...unreachableDatabase,
  query: async ({ name }: Sql) => {
    if (name !== 'append_audit') throw new Error('the database was asked')
    return []
  },
}

/** Money going back is tested on the real books. */
const notHere = () => Promise.reject(new TypeError('books in memory only take money in'))

function testLedger(): TestLedger {
  const balances = new Map<string, bigint>()
  const transfers = new Map<string, { readonly transferId: string; readonly input: string }>()
  return {
    openAccount: async (accountId) => {
      balances.set(accountId, balances.get(accountId) ?? 0n)
    },
    credit: async ({ accountId, amount, kind, sourceKey, reason }) => {
      await new Promise(setImmediate)
      const input = JSON.stringify([accountId, String(amount), kind, reason])
      const known = transfers.get(sourceKey)
      if (known !== undefined) return known.input === input ? { transferId: known.transferId } : fail('idempotency_conflict')
      const before = balances.get(accountId) ?? fail('account_unknown')
      const transferId = systemIds(() => TEST_TIME).uuid()
      transfers.set(sourceKey, { transferId, input })
      balances.set(accountId, before + amount)
      return { transferId }
    },
    balanceOf: async (accountId) => {
      const available = balances.get(accountId)
      return available === undefined ? undefined : { available, held: 0n }
    },
    standingOf: async () => ({ debt: 0n, frozen: undefined }),
    thaw: async () => undefined,
    deposit: notHere,
    purchase: notHere,
    expire: notHere,
    takeGift: notHere,
    returnPurchase: notHere,
    refund: notHere,
    chargeBack: notHere,
    reverse: notHere,
    listTransfers: notHere,
    verify: async () => ({ ok: true, checked: { transfers: transfers.size }, problems: [], frozen: [] }),
    credits: () => transfers.size,
    sourceKeys: () => [...transfers.keys()],
  }
}

/** What to send; `idempotencyKey` and `headers` where wanted, `token` undefined for none. */
export type TestCall = {
  readonly body?: unknown
  readonly idempotencyKey?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer as tests look at it. */
export type TestAnswer = { readonly status: number; readonly headers: Headers; readonly text: string; readonly json: TestJson }

/** JSON in which any path can be asked for; what is not there is undefined. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes, and a wrong path fails the assertion
export type TestJson = any

/** Sends "METHOD /path" to an app in memory, as the operator. */
export async function send(app: Hono<ApiEnv>, line: string, call: TestCall = {}): Promise<TestAnswer> {
  const [method = 'GET', path = '/'] = line.split(' ')
  const headers = new Headers({ authorization: `Bearer ${TEST_TOKEN}` })
  if (call.body !== undefined) headers.set('content-type', 'application/json')
  if (call.idempotencyKey !== undefined) headers.set('idempotency-key', call.idempotencyKey)
  for (const [name, value] of Object.entries(call.headers ?? {})) headers.set(name, value)
  const body = call.body === undefined ? null : typeof call.body === 'string' ? call.body : JSON.stringify(call.body)
  const response = await app.request(path, { method, headers, body })
  const text = await response.text()
  expectDeclared(app, line, { status: response.status, headers: response.headers, text })
  return { status: response.status, headers: response.headers, text, json: parse(text) }
}

/** Every answer that a test gets holds what its route declares and nothing else; apps of a few hand-made routes declare nothing. */
export function expectDeclared(app: Hono<ApiEnv>, line: string, told: Pick<TestAnswer, 'status' | 'headers' | 'text'>): void {
  if (!(app instanceof OpenAPIHono)) return
  const [method = 'GET', path = '/'] = line.split(' ')
  const contentType = told.headers.get('content-type') ?? undefined
  const { status, text } = told
  const strange = undeclaredIn(app, { method, path: path.split('?')[0] ?? '', status, contentType, text })
  assert.deepEqual(strange, [], 'an answer is not as its route declares')
}

function parse(text: string): TestJson {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
