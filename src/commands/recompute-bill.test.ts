// Guarantee: bills that were written down keep verifying, of both formats; any altered digit, a wrong card, a price that changed, did not
// hold then or is not the published one, and a figure that was reported wrongly is found and named.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Command } from 'commander'
import { seededRandom } from '../../sim/index.ts'
import { readConfig } from '../config.ts'
import { formatUsd, parseUsd } from '../lib/index.ts'
import { ExitError } from './command.ts'
import { recomputeBill } from './recompute-bill.ts'
import { verify } from './verify.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-recompute-'))
after(() => rmSync(folder, { recursive: true }))

/** Lines of bills as they were exported; those of format 2 have three prices, in which the second one of "m" holds from mid-November. */
const recorded = (name: string): readonly string[] =>
  readFileSync(new URL(`recorded/${name}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
const FIRST = recorded('bill-v1.jsonl')
const lines = recorded('bill-v2.jsonl')
const PRICES = lines.filter((line) => line.startsWith('{"kind":"price"'))

/** Runs `farebox verify bill` on a bill; gives its exit code and what it printed. */
async function runVerify(bill: readonly string[], ...more: readonly string[]): Promise<{ readonly code: number; readonly told: string }> {
  const file = join(folder, 'bill.jsonl')
  writeFileSync(file, bill.join('\n'))
  const printed: string[] = []
  const print = (text: string): void => void printed.push(text)
  const program = new Command().exitOverride()
  verify(program.command('verify'), { environment: {}, config: () => readConfig({}), print, note: print })
  try {
    await program.parseAsync(['verify', 'bill', file, ...more], { from: 'user' })
    return { code: 0, told: printed.join('\n') }
  } catch (thrown) {
    if (!(thrown instanceof ExitError)) throw thrown
    return { code: thrown.exitCode, told: printed.join('\n') }
  }
}

/** The bill with a checksum that fits what was altered. */
const resealed = (altered: readonly string[]): string[] => {
  const rows = altered.slice(0, -1)
  const sum: unknown = JSON.parse(altered.at(-1) ?? '')
  const sha256 = createHash('sha256')
    .update(rows.map((line) => `${line}\n`).join(''))
    .digest('hex')
  return [...rows, JSON.stringify({ ...(typeof sum === 'object' ? sum : {}), sha256 })]
}

test('recorded bills of both formats are right as they were written', async () => {
  for (const bill of [FIRST, lines]) {
    const { code, told } = await runVerify(bill)
    assert.equal(code, 0, told)
  }
})

test('a call that a plan paid is in no sum of the balance, and is proven all the same', async () => {
  const at = lines.findIndex((line) => line.startsWith('{"kind":"row"') && !line.includes('"cost":"0.00"'))
  const row: { cost: string; shortfall: string } = JSON.parse(lines[at] ?? '')
  const sum: { cost: string; posted: object } = JSON.parse(lines.at(-1) ?? '')
  const left = formatUsd((parseUsd(sum.cost) ?? 0n) - (parseUsd(row.cost) ?? 0n))
  const billOf = (change: object, covered: string = row.cost) =>
    resealed([
      ...lines.slice(0, at),
      JSON.stringify({ ...row, cost: '0.00', covered: row.cost, covered_by: 'plan', ...change }),
      ...lines.slice(at + 1, -1),
      JSON.stringify({ ...sum, cost: left, covered, posted: { ...sum.posted, cost: left, covered } }),
    ])
  const told = async (bill: readonly string[]) => (await recomputeBill(bill)).problems.join('\n')
  assert.equal(await told(billOf({})), '')
  assert.match(await told(billOf({ covered_by: undefined })), /which plan paid what/)
  assert.match(await told(billOf({ cost: '0.000000001' })), /the balance paid for what a plan covers/)
  assert.match(await told(billOf({ covered: '0.000000001' })), /0.000000001/)
  assert.match(await told(billOf({}, '0.000000001')), /the books: covered/)
})

test('a line of one format is none of the other', async () => {
  const told = async (bill: readonly string[]): Promise<string> => (await recomputeBill(resealed(bill))).problems.join('\n')
  assert.match(await told(FIRST.with(1, PRICES[0] ?? '')), /line 2: it is not a line of a bill/)
  assert.match(await told(FIRST.with(4, lines[5] ?? '')), /line 5: it is not a line of a bill/)
  assert.match(await told(lines.with(5, FIRST[5] ?? '')), /line 6: it is not a line of a bill/)
})

test('in a bill of format 1, each altered cost, sum and count of tokens is found', async () => {
  for (const [number, line] of FIRST.entries()) {
    for (const field of ['cost', 'input', 'output', 'cached_read', 'cache_write_5m', 'cache_write_1h']) {
      const altered = line.replace(
        new RegExp(`("${field}":"?[\\d.]*)(\\d)`),
        (_, head: string, digit: string) => `${head}${(Number(digit) + 1) % 10}`,
      )
      if (altered === line || line.startsWith('{"kind":"price"')) continue
      const { problems } = await recomputeBill(resealed(FIRST.with(number, altered)))
      assert.ok(problems.length > 0, altered)
    }
  }
})

test('any altered digit is found: 400 of them, anywhere', async () => {
  const text = lines.join('\n')
  const digits = [...text.matchAll(/\d/g)].map((match) => match.index)
  const random = seededRandom(8)
  for (let round = 0; round < 400; round += 1) {
    const at = digits[random.below(digits.length)] ?? 0
    const altered = text.slice(0, at) + String((Number(text[at]) + 1 + random.below(9)) % 10) + text.slice(at + 1)
    const { ok, problems } = await recomputeBill(altered.split('\n'))
    assert.ok(!ok && problems.length > 0, altered.slice(at - 40, at + 40))
  }
})

/** A digit of a figure that stands after one of these names in a line, raised by one; undefined when there is none. */
function alterFigure(line: string, names: readonly string[], random: ReturnType<typeof seededRandom>): string | undefined {
  const figures = [...line.matchAll(new RegExp(`"(?:${names.join('|')})":"?([\\d.]+)`, 'g'))]
  if (figures.length === 0) return undefined
  const [whole, figure = ''] = random.pick([figures[0] ?? assert.fail(), ...figures.slice(1)])
  let at = line.indexOf(whole) + whole.length - figure.length + random.below(figure.length)
  if (line[at] === '.') at += 1
  return line.slice(0, at) + String((Number(line[at]) + 1) % 10) + line.slice(at + 1)
}

const CHARGED = ['cost', 'shortfall', 'multiplier', 'prompt_above', 'input', 'output', 'cached_read', 'cache_write_5m', 'cache_write_1h']
const FIGURES = [
  ...CHARGED,
  'reasoning',
  'image_input',
  'audio_input',
  'image_output',
  'audio_output',
  'embedding',
  'images',
  'web_searches',
]

test('with a checksum made to fit, every altered figure of a charge is still found, and named', async () => {
  const random = seededRandom(9)
  const names = new Set<string>()
  for (let round = 0; round < 1500; round += 1) {
    const field = random.pick([FIGURES[0] ?? '', ...FIGURES.slice(1), 'tool_calls', 'calls'])
    const number = 1 + PRICES.length + random.below(lines.length - 2 - PRICES.length)
    // What was reported is looked at elsewhere; reasoning beyond the output is not charged twice.
    const line = (lines[number] ?? '').replace(/"reported":\{[^}]*\}/, '"reported":null')
    const altered = alterFigure(line, [field], random)
    const isMoot = isMootIn(line, field)
    if (altered === undefined || isMoot || reasoningOf(altered) > outputOf(altered) || reasoningOf(line) > outputOf(line)) continue
    const { problems } = await recomputeBill(resealed(lines.with(number, altered)))
    const id = /"request_id":"([0-9a-f-]+)"/.exec(line)?.[1] ?? 'none'
    // A leading zero makes the line no JSON, and is named by its number.
    const isNamed = problems.some((problem) => problem.includes(id) || problem.startsWith(`line ${number + 1}:`))
    assert.ok(isNamed, `${field} of ${line}\n${altered}\n${problems.join()}`)
    names.add(field)
  }
  assert.deepEqual([...names].sort(), [...FIGURES, 'tool_calls', 'calls'].sort(), 'some figure was never altered')
})

/** Free calls cost nothing at any multiplier; the first version asks nothing for pieces, and for reasoning what it asks for output. */
const isMootIn = (line: string, field: string): boolean =>
  line.includes('"usage_source":"none"') ? field === 'multiplier' : line.includes('"price_version":1,') && MOOT.includes(field)
const MOOT = ['reasoning', 'images', 'web_searches', 'tool_calls', 'calls']

const figureOf = (line: string, name: string): number => Number(new RegExp(`"${name}":(\\d+)`).exec(line)?.[1] ?? 0)
const outputOf = (line: string): number => figureOf(line, 'output')
const reasoningOf = (line: string): number => figureOf(line, 'reasoning')

const problemsOf = async (altered: readonly string[]): Promise<string> => (await recomputeBill(resealed(altered))).problems.join('\n')
const rowAt = (found: (line: string) => boolean): number => lines.findIndex((line) => line.startsWith('{"kind":"row"') && found(line))

test('the card is picked by the verifier: another one that the row names is a difference', async () => {
  const number = rowAt((line) => line.includes('"service_tier":"standard","card":{"service_tier":"standard","prompt_above":2000}'))
  const line = lines[number] ?? ''
  const problem = await problemsOf(lines.with(number, line.replace('"prompt_above":2000}', '"prompt_above":0}')))
  assert.match(problem, /the card that applies is for standard service and prompts above 2000, not the one it names/)
  const cheaper = await problemsOf(lines.with(number, line.replace('"service_tier":"standard","card"', '"service_tier":"flex","card"')))
  assert.match(cheaper, /the card that applies is for flex service and prompts above 0/)
  assert.match(cheaper, /recomputed/)
})

test('a version never changes: told twice it is a difference, and named where it is told differently', async () => {
  const [, , price = ''] = lines
  assert.match(await problemsOf(lines.toSpliced(2, 0, price)), /price 2: given twice$/m)
  const other = price.replace(/"web_searches":"[\d.]+"/, '"web_searches":"0.01"')
  assert.match(
    await problemsOf(lines.toSpliced(2, 0, other)),
    /price 2: given twice and differently, though a version never changes: web_searches \(s/,
  )
  const later = price.replace('2026-11-16T', '2026-11-15T')
  assert.match(await problemsOf(lines.toSpliced(2, 0, later)), /it holds from 2026-11-16T00:00:00.000Z, not from 2026-11-15T00/)
  assert.match(await problemsOf([...lines.slice(0, 2), ...lines.slice(3, -1), price, lines.at(-1) ?? '']), /price 2: it comes after rows/)
  const doubled = price.replace('"prompt_above":2000', '"prompt_above":0')
  assert.match(await problemsOf(lines.with(2, doubled)), /price 2: two cards for the same calls/)
  assert.match(
    await problemsOf(lines.with(2, price.replace('"prompt_above":0', '"prompt_above":1'))),
    /price 2: no card for standard service/,
  )
})

test('a price has to have held when the call began, give or take a minute', async () => {
  const at = (time: string, version: number): Promise<string> => {
    const number = rowAt((line) => line.includes(`"price_version":${version},`) && line.includes('"model":"m"'))
    return problemsOf(lines.with(number, (lines[number] ?? '').replace(/"at":"[^"]+"/, `"at":"${time}"`)))
  }
  assert.equal(await at('2026-11-15T23:59:30.000Z', 2), '')
  assert.match(await at('2026-11-15T23:58:59.000Z', 2), /price version 2 did not hold before 2026-11-16T00:00:00.000Z/)
  assert.equal(await at('2026-11-16T00:00:59.000Z', 1), '')
  assert.match(await at('2026-11-16T00:01:01.000Z', 1), /price version 2 held from 2026-11-16T00:00:00.000Z instead of 1/)
  assert.match(await at('never', 1), /its time is none/)
  // A version that is written later than it is effective cannot be asked before it is written.
  const written = lines.with(2, (lines[2] ?? '').replace('2026-09-01T', '2026-11-20T'))
  assert.match(await problemsOf(written), /price version 2 did not hold before 2026-11-20T00:00:00.000Z/)
  const foreign = rowAt((line) => line.includes('"model":"n"'))
  assert.match(await problemsOf(lines.with(foreign, (lines[foreign] ?? '').replace('"model":"n"', '"model":"m"'))), /is for n, not for m/)
})

test('held against the published prices, a bill whose prices were made up is found', async () => {
  const published = PRICES.map((line) => line.replace('"kind":"price",', ''))
  const list = `{"data":[${published.join()}],"next":null}`
  const file = join(folder, 'prices.json')
  const against = async (prices: string, bill: readonly string[]) => {
    writeFileSync(file, prices)
    return await runVerify(bill, '--prices', file)
  }
  for (const prices of [list, published.join('\n'), `${published[0]}\n{"data":[${published.slice(1).join()}],"next":3}\n`]) {
    const { code, told } = await against(prices, lines)
    assert.equal(code, 0, told)
    assert.match(told, /by the published prices\.$/)
  }
  // A class that no row has can be altered without changing any sum.
  const altered = lines.with(
    2,
    (lines[2] ?? '').replace(/"prompt_above":2000,"rates":\{(.*?)"calls":"[\d.]+"/, '"prompt_above":2000,"rates":{$1"calls":"0.99"'),
  )
  assert.match(
    (await against(list, resealed(altered))).told,
    /price 2: calls \(standard above 2000\) is 0.99, not [\d.]+ as it is published/,
  )
  assert.match((await against(published.slice(1).join('\n'), lines)).told, /price 1: it is not among the published prices/)
  const cut = (published[1] ?? '').replaceAll('"flex"', '"batch"')
  assert.match((await against([published[0], cut, published[2]].join('\n'), lines)).told, /the card for flex is made up/)
  // A version that the file does not have, but that held instead of one it has.
  const between = (published[0] ?? '').replace('"version":1', '"version":9').replace('2026-10-01T', '2026-11-03T')
  assert.match(
    (await against([...published, between].join('\n'), lines)).told,
    /price version 9 held from 2026-11-03T00:00:00.000Z instead of 1/,
  )
  assert.equal((await against('[]', lines)).told, `${file} is no price list.`)
  assert.equal((await against('{"data":[{}],"next":null}', lines)).code, 1)
  assert.match((await against(list, FIRST)).told, /price 2: /, 'the second price of that bill is another')
})

test('what was reported is more than what is charged, and stands only where it was cut', async () => {
  const number = rowAt((line) => line.includes('"usage_source":"clamped"'))
  const line = lines[number] ?? ''
  assert.match(
    await problemsOf(lines.with(number, line.replace(/"reported":\{"input":\d+/, '"reported":{"input":1'))),
    /more is charged than was reported/,
  )
  assert.match(await problemsOf(lines.with(number, line.replace('"clamped"', '"provider"'))), /though nothing was cut/)
})

test('a URL is read with all its pages', async () => {
  const published = PRICES.map((line) => line.replace('"kind":"price",', ''))
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const after = Number(new URL(request.url ?? '', 'http://localhost').searchParams.get('after') ?? 0)
    response.end(`{"data":[${published[after] ?? ''}],"next":${after + 1 < published.length ? after + 1 : null}}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { code, told } = await runVerify(lines, '--prices', `http://127.0.0.1:${port}/v1/prices`)
  server.close()
  assert.equal(code, 0, told)
  assert.match(told, /by the published prices\.$/)
  assert.deepEqual(asked, ['/v1/prices', '/v1/prices?after=1', '/v1/prices?after=2'])
})
