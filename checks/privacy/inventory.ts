import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readLiveColumns, sql } from '../../src/db/index.ts'
import { createTestDatabase, stopTestServer } from '../../src/db/testing.ts'
import { ANSWER_HEADERS, COOKIES, DATA_FILES, LOG_FIELDS, METRIC_LABELS, PERSONAL_DATA, UPSTREAM_HEADERS } from '../../src/inventory.ts'
import { ALL_SPOKEN, type Answer, keyHeader, SPOKEN, send } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { askAsPage, openByNumber } from '../sign-in.ts'
import { startWorld, type World } from '../world.ts'
import { compareDeclared, type Difference } from './declared.ts'
import { ENDINGS } from './endings.ts'
import { logPlaces } from './log-fields.ts'
import { SURFACES } from './surfaces.ts'
import { type PlannedCall, Traffic } from './traffic.ts'

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))

/** PRV-02: what the database, the log, the metrics, answers, calls to upstreams and the data directory hold is what is declared, both ways. */
export async function inventory(context: CheckContext): Promise<Measured> {
  const counts: Record<string, number> = { unclassified: 0, stale: 0 }
  const compare = (what: string, { unclassified, stale }: Difference): void => {
    for (const name of unclassified) context.fail(`${what} not declared: ${name}`)
    for (const name of stale) context.fail(`${what} declared but not there: ${name}`)
    counts['unclassified'] = (counts['unclassified'] ?? 0) + unclassified.length
    counts['stale'] = (counts['stale'] ?? 0) + stale.length
  }
  await compareColumns(context, compare)
  compareLog(compare)
  await compareLive(compare)
  counts['columns'] = PERSONAL_DATA.length
  return { n: PERSONAL_DATA.length, measured: counts }
}

type Compare = (what: string, difference: Difference) => void

/** The columns as they are; then with one planted, which has to be noticed, and with an entry left out, which has to be too. */
async function compareColumns(context: CheckContext, compare: Compare): Promise<void> {
  const database = await createTestDatabase()
  try {
    const declared = PERSONAL_DATA.map(({ table, column }) => `${table}.${column}`)
    const live = async (): Promise<readonly string[]> =>
      (await readLiveColumns(database.ownerDatabase)).map(({ table, column }) => `${table}.${column}`)
    const before = await live()
    compare('column', compareDeclared(before, declared))
    context.expect(declared.length === new Set(declared).size, 'a column is declared twice')
    const without = compareDeclared(before, declared.slice(1))
    context.expect(without.unclassified[0] === declared[0], 'blind: a column without an entry was not noticed')
    await database.ownerDatabase.query(sql`alter table farebox.account add column planted text`)
    const planted = compareDeclared(await live(), declared)
    context.expect(planted.unclassified.join() === 'account.planted', 'blind: a planted column was not noticed')
  } finally {
    await database.drop()
    await stopTestServer()
  }
}

function compareLog(compare: Compare): void {
  const places = logPlaces(CHECKOUT)
  // These write what they are given; what they are given is found where they are called.
  const fields = places.filter(({ place }) => place !== 'src/lib/log.ts').flatMap((one) => one.fields)
  compare('log field', compareDeclared(fields, Object.keys(LOG_FIELDS)))
}

async function compareLive(compare: Compare): Promise<void> {
  const world = await startWorld({
    env: { FAREBOX_FIRST_BYTE_TIMEOUT_SECONDS: '1', FAREBOX_WHOLE_ANSWER_TIMEOUT_SECONDS: '1', FAREBOX_IDLE_TIMEOUT_SECONDS: '1' },
  })
  try {
    const answers = await everyAnswer(world)
    const headers = answers.flatMap((answer) => Object.keys(answer.headers))
    const signedIn = await openByNumber(world.base)
    const operating = { base: world.operatorBase, line: 'POST /operator/auth/sign-in', body: { token: world.operatorToken } }
    const cookies = [...answers, signedIn, await askAsPage(operating)].flatMap((answer) => answer.headers['set-cookie'] ?? [])
    const names = cookies.map((cookie) => cookie.split('=')[0] ?? '')
    compare('cookie', compareDeclared(names, Object.keys(COOKIES)))
    compare('answer header', compareDeclared([...headers, ...Object.keys(signedIn.headers)], Object.keys(ANSWER_HEADERS), true))
    const sent = world.sim.calls.flatMap((call) => Object.keys(call.headersSeen))
    compare('upstream header', compareDeclared(sent, Object.keys(UPSTREAM_HEADERS), true))
    const metrics = await (await fetch(`${world.operatorBase}/metrics`)).text()
    compare('metric label', compareDeclared(labelsIn(metrics), Object.keys(METRIC_LABELS)))
    compare('file', compareDeclared(readdirSync(world.dataDir), Object.keys(DATA_FILES), true))
  } finally {
    await world.stop()
  }
}

const labelsIn = (metrics: string): readonly string[] =>
  [...metrics.matchAll(/^\w+\{(.*)\} /gm)].flatMap(([, labels = '']) => [...labels.matchAll(/(\w+)="/g)].map(([, name = '']) => name))

/** Answers of every kind: each ending in each protocol, and what control answers. */
async function everyAnswer(world: World): Promise<readonly Answer[]> {
  const limits = { requests_per_minute: 1000, tokens_per_minute: 1_000_000_000 }
  const rich = await world.operator.customer('1000.00', { limits })
  const poor = await world.operator.customer('0.000000001')
  const limited = await world.operator.customer('10.00', { limits: { requests_per_minute: 1 } })
  const traffic = new Traffic(world, { rich: rich.key, poor: poor.key, limited: limited.key })
  const plain = SURFACES.find(({ name }) => name === 'custom header')
  if (plain === undefined) throw new RangeError('no such surface')
  const planned = ENDINGS.flatMap((ending) =>
    ALL_SPOKEN.map((protocol): PlannedCall => ({ surface: plain, ending, protocol, model: SPOKEN[protocol].model, isNative: true })),
  )
  const made = [...(await traffic.makeAll([...planned, ...planned], 12)), ...(await traffic.askControl()), ...(await traffic.askSurfaces())]
  const counted = await askGemini(world, rich.key)
  const paths = [
    '/',
    ...['/models', '/models/m-openai', '/models/nothing', '/status', '/docs', '/docs/errors', '/docs/api', '/terms', '/refunds'],
    ...['/docs/keys', '/docs/search', '/docs/search?q=refund', '/docs/nothing'],
    ...['/favicon.ico', '/robots.txt', '/sitemap.xml', '/openapi.json'],
    '/privacy',
    '/privacy.md',
    '/privacy/proof',
    '/privacy/subprocessors',
    '/privacy/history',
    '/healthz',
    '/readyz',
    '/v1/models',
    '/v1/chat/completions',
    '/nothing',
  ]
  const asked = paths.map((path) => send({ url: world.base + path, method: 'GET', headers: { accept: 'text/html' }, body: '' }))
  return [...made.map(({ answer }) => answer), ...counted, ...(await Promise.all(asked))]
}

/** A call in Gemini's protocol, and a count that no upstream makes for us. */
function askGemini(world: World, key: string): Promise<readonly Answer[]> {
  const headers = { ...keyHeader({ protocol: 'gemini', key }), 'content-type': 'application/json' }
  const body = JSON.stringify({ contents: [{ parts: [{ text: 'How long does the ferry take?' }] }] })
  const paths = ['/v1beta/models/m-gemini:generateContent', '/v1beta/models/m-openai:countTokens']
  return Promise.all(paths.map((path) => send({ url: world.base + path, method: 'POST', headers, body })))
}
