import { createHash, type Hash } from 'node:crypto'
import { type BillLine, billLine } from '../api/contract/index.ts'
import { formatUsd, type NanoUsd, parseUsd } from '../lib/index.ts'
import { flatPrice, type Price, priceOf, usageFrom } from '../spec/index.ts'

/** What became of a bill that was recomputed; `problems` name every difference, it is right when there is none. */
export type BillVerdict = {
  readonly ok: boolean
  readonly account: string
  readonly month: string
  readonly calls: number
  readonly cost: string
  readonly problems: readonly string[]
}

/** Recomputes an exported bill from the prices in it: each row, the sums, and whether the file is as it was written. Never throws. */
export async function recomputeBill(lines: AsyncIterable<string> | Iterable<string>): Promise<BillVerdict> {
  const bill: Recomputed = {
    ...{ account: '', month: '', prices: new Map(), seen: new Set(), problems: [], sha256: createHash('sha256') },
    ...{ cost: 0n, shortfall: 0n, isEnded: false },
  }
  let number = 0
  for await (const text of lines) {
    number += 1
    if (text.trim() === '') continue
    if (bill.isEnded) bill.problems.push(`line ${number}: something follows the sum`)
    takeLine(bill, number, text)
  }
  if (!bill.isEnded) bill.problems.push('the bill has no sum: the file is cut off')
  const { account, month, problems, seen } = bill
  return { ok: problems.length === 0, account, month, calls: seen.size, cost: formatUsd(bill.cost), problems }
}

type Recomputed = {
  account: string
  month: string
  readonly prices: Map<number, Price>
  readonly seen: Set<string>
  readonly problems: string[]
  readonly sha256: Hash
  cost: NanoUsd
  shortfall: NanoUsd
  isEnded: boolean
}

function takeLine(bill: Recomputed, number: number, text: string): void {
  const line = parseLine(text)
  if (line === undefined) bill.problems.push(`line ${number}: it is not a line of a bill`)
  else if (line.kind === 'sum') checkSum(bill, line)
  else if (line.kind === 'row') checkRow(bill, line)
  else if (line.kind === 'price') takePrice(bill, line)
  else if (bill.month !== '') bill.problems.push(`line ${number}: a second head`)
  else Object.assign(bill, { account: line.account, month: line.month })
  bill.sha256.update(`${text}\n`)
}

function parseLine(text: string): BillLine | undefined {
  try {
    const parsed = billLine.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    // No JSON: said by the caller.
    return undefined
  }
}

function takePrice({ prices, problems }: Recomputed, line: Extract<BillLine, { kind: 'price' }>): void {
  const [input, output, cacheRead] = [parseUsd(line.input), parseUsd(line.output), parseUsd(line.cache_read)]
  const [cacheWrite5m, cacheWrite1h] = [parseUsd(line.cache_write_5m), parseUsd(line.cache_write_1h)]
  const isWhole = input !== undefined && output !== undefined && cacheRead !== undefined
  if (!isWhole || cacheWrite5m === undefined || cacheWrite1h === undefined) problems.push(`price ${line.version}: an amount is none`)
  else if (prices.has(line.version)) problems.push(`price ${line.version}: given twice`)
  else prices.set(line.version, flatPrice({ input, output, cacheRead, cacheWrite5m, cacheWrite1h }))
}

type Row = Extract<BillLine, { kind: 'row' }>

function checkRow(bill: Recomputed, row: Row): void {
  const say = (what: string): number => bill.problems.push(`call ${row.request_id}: ${what}`)
  if (bill.seen.has(row.request_id)) say('it is there twice')
  bill.seen.add(row.request_id)
  if (!row.posted_day.startsWith(`${bill.month}-`)) say(`it is charged to ${row.posted_day}, not to this month`)
  const [cost, hold, shortfall] = [parseUsd(row.cost), parseUsd(row.hold), parseUsd(row.shortfall)]
  if (cost === undefined || hold === undefined || shortfall === undefined) {
    say('an amount is none')
    return
  }
  bill.cost += cost
  bill.shortfall += shortfall
  for (const what of chargeProblems(row, bill.prices.get(row.price_version), { cost, hold, shortfall })) say(what)
}

type Charge = { readonly cost: NanoUsd; readonly hold: NanoUsd; readonly shortfall: NanoUsd }

function chargeProblems(row: Row, listed: Price | undefined, { cost, hold, shortfall }: Charge): readonly string[] {
  if (listed === undefined) return [`price version ${row.price_version} is not in the file`]
  const price = priceOf(listed, usageOf(row.tokens))
  const problems: string[] = []
  if (row.usage_source === 'none' && price !== 0n) problems.push('it is free by its rule and has tokens')
  if (cost + shortfall !== price) problems.push(difference(price, cost + shortfall))
  if (cost > hold) problems.push(`it cost ${formatUsd(cost)}, more than the ${formatUsd(hold)} held for it`)
  // The house bears what the hold did not cover; of a call that no hold covered, all or nothing is charged.
  if (shortfall > 0n && cost !== hold && cost !== 0n) problems.push(`${formatUsd(shortfall)} was not charged though it was held`)
  return problems
}

const usageOf = (tokens: Row['tokens']) =>
  usageFrom({
    ...{ input: tokens.input, output: tokens.output, reasoning: tokens.reasoning },
    ...{ cacheRead: tokens.cached_read, cacheWrite5m: tokens.cache_write_5m, cacheWrite1h: tokens.cache_write_1h },
  })

function difference(right: NanoUsd, told: NanoUsd): string {
  const more = told > right
  return `charged ${formatUsd(told)}, recomputed ${formatUsd(right)}: ${formatUsd(more ? told - right : right - told)} too ${more ? 'much' : 'little'}`
}

function checkSum(bill: Recomputed, line: Extract<BillLine, { kind: 'sum' }>): void {
  bill.isEnded = true
  const say = (what: string): number => bill.problems.push(what)
  for (const [name, sums] of [
    ['the sum', line],
    ['the books', line.posted],
  ] as const) {
    if (sums.calls !== bill.seen.size) say(`${name}: ${sums.calls} calls, the rows are ${bill.seen.size}`)
    for (const field of ['cost', 'shortfall'] as const) {
      const [told, right] = [parseUsd(sums[field]), bill[field]]
      if (told === undefined) say(`${name}: ${field} is no amount`)
      else if (told !== right) say(`${name}: ${field} ${difference(right, told)}`)
    }
  }
  if (line.sha256 !== bill.sha256.copy().digest('hex')) say('the file is not as it was written: its sha256 differs')
}
