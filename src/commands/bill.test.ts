// Guarantee: an exported month has every row, price and sum of it and of no other, is recomputed offline to the nano-dollar, and shows
// nobody what the house pays.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Command } from 'commander'
import { seededRandom } from '../../sim/index.ts'
import { operatorApp } from '../api/index.ts'
import { TEST_TOKEN, testWorld } from '../api/test-world.ts'
import { readConfig } from '../config.ts'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { systemIds } from '../lib/index.ts'
import {
  flatPrice,
  inputTokensOf,
  MORE_CLASSES,
  MULTIPLIER_ONE,
  moreOf,
  NO_USAGE,
  OUTCOMES,
  outputTokensOf,
  type Price,
  priceOf,
  priceToJson,
  type Rates,
  SERVICE_TIERS,
  USAGE_CLASSES,
  USAGE_SOURCES,
  type UsageClass,
  ZERO_RATES,
} from '../spec/index.ts'
import { ExitError } from './command.ts'
import { exportWith } from './export.ts'
import { type OperatorTransport, operatorClient } from './operator-client.ts'
import { recomputeBill } from './recompute-bill.ts'
import { verify } from './verify.ts'

const ids = systemIds(() => Date.parse('2026-11-21T12:00:00Z'))
const folder = mkdtempSync(join(tmpdir(), 'farebox-bill-'))
/** A rate of its own for each class. */
function ratesAt(factor: bigint): Rates {
  const rates: Record<UsageClass, bigint> = { ...ZERO_RATES }
  for (const [index, name] of USAGE_CLASSES.entries()) rates[name] = (1_234_567_891n + BigInt(index) * 111_111_113n) * factor
  return rates
}
const FIRST = flatPrice({ input: 1_234_567_891n, output: 9_876_543_219n, cacheRead: 123_456_789n, cacheWrite5m: 1_543_209_864n })
const SECOND: Price = [
  { serviceTier: 'standard', inputAbove: 0, rates: ratesAt(1n) },
  { serviceTier: 'standard', inputAbove: 2000, rates: ratesAt(2n) },
  { serviceTier: 'flex', inputAbove: 0, rates: ratesAt(3n) },
]
/** Versions of two models by number, from 1 on; the second one of "m" holds from the middle of the month. */
const VERSIONS: readonly { readonly model: 'm' | 'n'; readonly from: string; readonly price: Price; readonly hasCards: boolean }[] = [
  { model: 'm', from: '2026-10-01T00:00:00Z', price: FIRST, hasCards: false },
  { model: 'm', from: '2026-11-16T00:00:00Z', price: SECOND, hasCards: true },
  { model: 'n', from: '2026-10-01T00:00:00Z', price: SECOND, hasCards: true },
]
const ROWS = 230
/** What the house pays; such a figure may stand in no bill. */
const UPSTREAM_COST = 987_654_321_987n
const account = ids.uuid()
let kit: TestDatabase
let lines: readonly string[]

before(async () => {
  kit = await createTestDatabase()
  await kit.ownerDatabase.query(sql`insert into account (id) values (${account})`)
  await kit.ownerDatabase.query(sql`insert into ledger_account (id, kind) values (${account}, 'customer')`)
  await kit.ownerDatabase.query(sql`insert into balance (account_id) values (${account})`)
  await kit.ownerDatabase.query(sql`
    insert into model (id, context, output_max, source) values ('m', 1000, 100, 'sandbox'), ('n', 1000, 100, 'sandbox')`)
  for (const { model, from, price, hasCards } of VERSIONS) {
    const { rates } = price[0] ?? fail()
    await kit.ownerDatabase.query(sql`
      insert into price_version (model_serial, input, output, cache_read, cache_write_5m, cache_write_1h, cards, effective_at, created_at)
      select serial, ${rates.input}, ${rates.output}, ${rates.cacheRead}, ${rates.cacheWrite5m}, ${rates.cacheWrite1h},
        ${hasCards ? JSON.stringify(priceToJson(price)) : null}::jsonb, ${from}::timestamptz, '2026-09-01' from model where id = ${model}`)
  }
  await kit.ownerDatabase.query(sql`
    select ensure_usage_partition(day::date) from generate_series('2026-10-31'::date, '2026-12-01'::date, '1 day') as day`)
  const random = seededRandom(4)
  for (let index = 0; index < ROWS + 2; index += 1) await insertRow(index, random)
  lines = (await runExport('--month', '2026-11')).split('\n')
})
after(async () => {
  rmSync(folder, { recursive: true })
  await kit.drop()
})

/** A row of November, but for the last two, which belong to the months beside it. Some are from before there were multipliers. */
async function insertRow(index: number, random: ReturnType<typeof seededRandom>): Promise<void> {
  const day = index === ROWS ? '2026-10-31' : index === ROWS + 1 ? '2026-12-01' : `2026-11-${String(1 + (index % 30)).padStart(2, '0')}`
  const version = random.below(3) === 0 ? 3 : day < '2026-11-16' ? 1 : 2
  const isOld = version === 1 && random.below(2) === 0
  const isFree = index % 9 === 0
  const usage: Record<UsageClass, number> = { ...NO_USAGE }
  for (const name of USAGE_CLASSES) {
    const isUsual = !MORE_CLASSES.some((more) => more === name)
    if (!isFree && (isUsual || (!isOld && random.below(3) === 0))) usage[name] = 1 + random.below(isUsual ? 900 : 9)
  }
  const tier = isOld ? 0 : random.below(3)
  const multiplier = isOld ? MULTIPLIER_ONE : random.pick([MULTIPLIER_ONE, 1_250_000, 333_333])
  const terms = { serviceTier: SERVICE_TIERS[tier] ?? 'standard', multiplier }
  const price = priceOf(VERSIONS[version - 1]?.price ?? fail(), usage, terms)
  const hold = index % 7 === 0 ? price / 2n : price * 2n
  const cost = price < hold ? price : hold
  const isCut = !isOld && !isFree && index % 5 === 0
  const outcome = isFree ? OUTCOMES.indexOf('upstream-failed') : 0
  const source = USAGE_SOURCES.indexOf(isFree ? 'none' : isCut ? 'clamped' : 'provider')
  await kit.ownerDatabase.query(sql`
    insert into usage_event (day, request_id, posted_day, account_id, key_id, started_at, model_serial, route_serial, price_version,
      outcome, status, usage_source, reported_model, is_stream, is_suspect, latency_ms, first_byte_ms, input, cache_read, cache_write_5m,
      cache_write_1h, output, reasoning, more, multiplier, service_tier, reported_input, reported_output, upstream_cost, hold, cost, shortfall)
    values (${day}, ${ids.uuid()}, ${day}, ${account}, ${account}, ${`${day}T10:00:00Z`}, ${version === 3 ? 2 : 1}, 1, ${version}, ${outcome},
      200, ${source}, 1, true, false, 1234, 5, ${usage.input}, ${usage.cacheRead}, ${usage.cacheWrite5m}, ${usage.cacheWrite1h},
      ${usage.output}, ${usage.reasoning}, ${moreOf(usage)}, ${isOld ? null : multiplier}, ${isOld ? null : tier},
      ${isCut ? inputTokensOf(usage) + 5 : null}, ${isCut ? outputTokensOf(usage) : null}, ${isOld ? null : UPSTREAM_COST}, ${hold}, ${cost},
      ${price - cost})`)
  await kit.ownerDatabase.query(sql`
    insert into usage_day (account_id, day, cost, shortfall, calls) values (${account}, ${day}, ${cost}, ${price - cost}, 1)
    on conflict (account_id, day) do update set cost = usage_day.cost + excluded.cost,
      shortfall = usage_day.shortfall + excluded.shortfall, calls = usage_day.calls + 1`)
}

const fail = (): never => {
  throw new TypeError('no such price')
}

/** Runs the command over an app in memory; gives what it printed. */
async function runExport(...more: readonly string[]): Promise<string> {
  const app = operatorApp(testWorld(kit.appDatabase).dependencies)
  const transport: OperatorTransport = async ({ method, path, headers, body }) => {
    const answer = await app.request(path, { method, headers, body: body ?? null })
    return { status: answer.status, text: await answer.text() }
  }
  const printed: string[] = []
  const program = new Command().exitOverride()
  exportWith(async () => operatorClient(transport, TEST_TOKEN, ids))(program.command('export'), contextOf(printed))
  await program.parseAsync(['export', 'bill', account, ...more], { from: 'user' })
  return printed.join('\n')
}

const contextOf = (printed: string[]) => {
  const print = (text: string): void => void printed.push(text)
  return { environment: {}, config: () => readConfig({}), print, note: print }
}

/** Runs `farebox verify bill` on a text; gives its exit code and what it printed. */
async function runVerify(text: string, ...more: readonly string[]): Promise<{ readonly code: number; readonly told: string }> {
  const file = join(folder, 'bill.jsonl')
  writeFileSync(file, text)
  const printed: string[] = []
  const program = new Command().exitOverride()
  verify(program.command('verify'), contextOf(printed))
  try {
    await program.parseAsync(['verify', 'bill', file, ...more], { from: 'user' })
    return { code: 0, told: printed.join('\n') }
  } catch (thrown) {
    if (!(thrown instanceof ExitError)) throw thrown
    return { code: thrown.exitCode, told: printed.join('\n') }
  }
}

test('a whole month is right to the nano-dollar, and no row of another month is in it', async () => {
  assert.equal(lines.length, 1 + VERSIONS.length + ROWS + 1)
  const { code, told } = await runVerify(lines.join('\n'))
  assert.equal(code, 0, told)
  assert.match(told, new RegExp(`^${account}, 2026-11: ${ROWS} calls, \\$\\d+\\.\\d+\\. Every row, the sums and the file are right\\.$`))
  assert.ok(!lines.join().includes('987.654') && !lines.join().includes('upstream_cost'), 'what the house pays stands in the bill')
  for (const word of [
    '"service_tier":"flex"',
    '"prompt_above":2000',
    '"multiplier":"0.333333"',
    '"audio_input"',
    '"web_searches"',
    '"reported":{',
  ])
    assert.ok(
      lines.some((line) => line.startsWith('{"kind":"row"') && line.includes(word)),
      `no row has ${word}`,
    )
})

const resealed = (altered: readonly string[]): string[] => {
  const rows = altered.slice(0, -1)
  const sum: unknown = JSON.parse(altered.at(-1) ?? '')
  const sha256 = createHash('sha256')
    .update(rows.map((line) => `${line}\n`).join(''))
    .digest('hex')
  return [...rows, JSON.stringify({ ...(typeof sum === 'object' ? sum : {}), sha256 })]
}

test('one nano-dollar is told as one nano-dollar', async () => {
  const number = lines.findIndex((line) => /"cost":"\d+\.\d{8}[1-8]"/.test(line))
  const line = lines[number] ?? ''
  for (const [more, row, sum] of [
    [1, 'much', 'little'],
    [-1, 'little', 'much'],
  ] as const) {
    const altered = line.replace(/("cost":"\d+\.\d{8})(\d)/, (_, head: string, digit: string) => `${head}${Number(digit) + more}`)
    const { code, told } = await runVerify(resealed(lines.with(number, altered)).join('\n'))
    assert.equal(code, 1)
    assert.match(told, new RegExp(`recomputed \\d+\\.\\d+: 0\\.000000001 too ${row}`))
    assert.match(told, new RegExp(`the sum: cost .* 0\\.000000001 too ${sum}`))
  }
})

test('a lost, doubled, foreign or cut-off line is named', async () => {
  const told = async (altered: readonly string[]) => (await recomputeBill(altered)).problems.join('\n')
  assert.match(await told(lines.toSpliced(5, 1)), /229/)
  assert.match(await told(lines.toSpliced(5, 0, lines[5] ?? '')), /it is there twice/)
  assert.match(await told(lines.slice(0, -1)), /cut off/)
  assert.match(await told(lines.toSpliced(1, 1)), /price version 1 is not in the file/)
  assert.match(await told([...lines, '{}']), /something follows/)
  assert.match(await told([]), /cut off/)
  assert.match(await told(['not json', '{"kind":"row"}', 'null']), /not a line of a bill/)
  assert.match(
    await told(lines.with(4, (lines[4] ?? '').replace('"posted_day"', '"more":1,"posted_day"'))),
    /line 5: it is not a line of a bill/,
  )
})

test('the routes name what is wrong', async () => {
  const app = operatorApp(testWorld(kit.appDatabase).dependencies)
  const codeOf = async (path: string) => {
    const answer = await app.request(`/operator/v1${path}`, { headers: { authorization: `Bearer ${TEST_TOKEN}` } })
    const { error } = JSON.parse(await answer.text()) as { error?: { code: string; field?: string } }
    return `${answer.status} ${error?.code} ${error?.field ?? ''}`.trim()
  }
  assert.equal(await codeOf(`/accounts/${account}/bill`), '400 missing_field month')
  for (const month of ['2026-13', '2026-00', 'x', "2026-11'", '1999-01'])
    assert.equal(await codeOf(`/accounts/${account}/bill?month=${month}`), '400 invalid_field month')
  assert.equal(await codeOf(`/accounts/${account}/bill?month=2026-11&cursor=x`), '400 invalid_field cursor')
  assert.equal(await codeOf(`/accounts/${ids.uuid()}/bill?month=2026-11`), '404 account_unknown')
  assert.equal(await codeOf('/prices/999999999'), '404 price_unknown')
  assert.equal(await codeOf('/prices/9999999999'), '400 invalid_field version')
  assert.equal(await codeOf('/prices/x'), '400 invalid_field version')
  assert.equal(await codeOf('/prices/1'), '200 undefined')
})

test('a month whose rows are not those of its sums is not exported', async () => {
  await kit.ownerDatabase.query(sql`update usage_day set calls = calls + 1 where day = '2026-12-01'`)
  await assert.rejects(runExport('--month', '2026-12'), ExitError)
})
