import { createHash, type Hash } from 'node:crypto'
import { formatUsd, type NanoUsd, parseUsd } from '../lib/index.ts'
import { cardOf, inputTokensOf, outputTokensOf, parseMultiplier, priceOf, type Usage, usageOfNames } from '../spec/index.ts'
import { type BillRow, type ReadLine, readBillLine } from './bill-lines.ts'
import { differencesOf, type ToldPrice, timeProblems } from './bill-prices.ts'

/** What became of a bill that was recomputed; `problems` name every difference, it is right when there is none. */
export type BillVerdict = {
  readonly ok: boolean
  readonly account: string
  readonly month: string
  readonly calls: number
  readonly cost: string
  readonly problems: readonly string[]
}

/** Prices as they are published, by version. */
export type PublishedPrices = ReadonlyMap<number, ToldPrice>

/**
 * Recomputes an exported bill from the prices in it: each row, the sums, and whether the file is as it was written. Prices that are
 * published, if they are given, have to be the same. Never throws.
 */
export async function recomputeBill(lines: AsyncIterable<string> | Iterable<string>, published?: PublishedPrices): Promise<BillVerdict> {
  const bill: Recomputed = {
    ...{ format: undefined, account: '', month: '', prices: new Map(), published, seen: new Set(), problems: [] },
    ...{ sha256: createHash('sha256'), cost: 0n, covered: 0n, shortfall: 0n, isEnded: false },
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
  format: 1 | 2 | undefined
  account: string
  month: string
  readonly prices: Map<number, ToldPrice>
  readonly published: PublishedPrices | undefined
  readonly seen: Set<string>
  readonly problems: string[]
  readonly sha256: Hash
  cost: NanoUsd
  covered: NanoUsd
  shortfall: NanoUsd
  isEnded: boolean
}

type OfKind<Kind extends ReadLine['kind']> = Extract<ReadLine, { kind: Kind }>

function takeLine(bill: Recomputed, number: number, text: string): void {
  const line = readBillLine(text, bill.format)
  if (line === undefined) bill.problems.push(`line ${number}: it is not a line of a bill`)
  else if (line.kind === 'sum') checkSum(bill, line.sum)
  else if (line.kind === 'row') checkRow(bill, line.row)
  else if (line.kind === 'price') takePrice(bill, line)
  else if (bill.format !== undefined) bill.problems.push(`line ${number}: a second head`)
  else Object.assign(bill, { format: line.format, account: line.account, month: line.month })
  bill.sha256.update(`${text}\n`)
}

function takePrice({ prices, published, seen, problems }: Recomputed, { version, told }: OfKind<'price'>): void {
  const say = (what: string): number => problems.push(`price ${version}: ${what}`)
  if (typeof told === 'string') {
    say(told)
    return
  }
  if (seen.size > 0) say('it comes after rows')
  const known = prices.get(version)
  if (known !== undefined) {
    const changes = differencesOf(told, known)
    say(changes.length === 0 ? 'given twice' : `given twice and differently, though a version never changes: ${changes.join('; ')}`)
    return
  }
  prices.set(version, told)
  if (published === undefined) return
  const right = published.get(version)
  if (right === undefined) say('it is not among the published prices')
  else for (const what of differencesOf(told, right)) say(`${what} as it is published`)
}

function checkRow(bill: Recomputed, row: BillRow): void {
  const say = (what: string): number => bill.problems.push(`call ${row.request_id}: ${what}`)
  if (bill.seen.has(row.request_id)) say('it is there twice')
  bill.seen.add(row.request_id)
  if (!row.posted_day.startsWith(`${bill.month}-`)) say(`it is charged to ${row.posted_day}, not to this month`)
  const [cost, hold, shortfall] = [parseUsd(row.cost), parseUsd(row.hold), parseUsd(row.shortfall)]
  const covered = parseUsd(row.covered ?? '0')
  if (cost === undefined || hold === undefined || shortfall === undefined || covered === undefined) {
    say('an amount is none')
    return
  }
  bill.cost += cost
  bill.covered += covered
  bill.shortfall += shortfall
  const told = bill.prices.get(row.price_version)
  if (told === undefined) say(`price version ${row.price_version} is not in the file`)
  else for (const what of [...priceProblems(bill, row, told), ...chargeProblems(row, told, { cost, covered, hold, shortfall })]) say(what)
}

/** Whether the price is that of the model at the time. */
function priceProblems({ prices, published }: Recomputed, row: BillRow, told: ToldPrice): readonly string[] {
  const others = [...prices.values(), ...(published?.values() ?? [])]
  return [
    ...(row.model === told.model ? [] : [`price version ${told.version} is for ${told.model}, not for ${row.model}`]),
    ...timeProblems(told, row.at, others),
  ]
}

type Charge = { readonly cost: NanoUsd; readonly covered: NanoUsd; readonly hold: NanoUsd; readonly shortfall: NanoUsd }

function chargeProblems(row: BillRow, { price: listed }: ToldPrice, { cost, covered, hold, shortfall }: Charge): readonly string[] {
  const multiplier = parseMultiplier(row.multiplier)
  if (multiplier === undefined) return ['its multiplier is none']
  const usage = usageOf(row)
  const price = priceOf(listed, usage, { serviceTier: row.service_tier, multiplier })
  const problems: string[] = []
  if (row.usage_source === 'none' && price !== 0n) problems.push('it is free by its rule and has tokens')
  // Who pays is one of two: the balance, or the plan.
  const paid = cost + covered
  if (covered > 0n && cost > 0n) problems.push('the balance paid for what a plan covers')
  if ((row.covered === undefined) !== (row.covered_by === undefined)) problems.push('it does not say which plan paid what')
  if (paid + shortfall !== price) problems.push(difference(price, paid + shortfall))
  if (paid > hold) problems.push(`it cost ${formatUsd(paid)}, more than the ${formatUsd(hold)} held for it`)
  // The house bears what the hold did not cover; of a call that no hold covered, all or nothing is charged.
  if (shortfall > 0n && paid !== hold && paid !== 0n) problems.push(`${formatUsd(shortfall)} was not charged though it was held`)
  const card = cardOf(listed, inputTokensOf(usage), row.service_tier)
  const isCard = row.card === undefined || (row.card.service_tier === card.serviceTier && row.card.prompt_above === card.inputAbove)
  if (!isCard)
    problems.push(`the card that applies is for ${card.serviceTier} service and prompts above ${card.inputAbove}, not the one it names`)
  return [...problems, ...reportedProblems(row, usage)]
}

const usageOf = ({ tokens, pieces }: BillRow): Usage => usageOfNames({ ...tokens, ...pieces, cache_read: tokens.cached_read })

/** A usage that was cut is smaller than what was told, and no other is told twice. */
function reportedProblems({ reported, usage_source }: BillRow, usage: Usage): readonly string[] {
  if (reported === null) return []
  if (usage_source !== 'clamped') return ['it shows what was reported, though nothing was cut']
  const isCut = reported.input >= inputTokensOf(usage) && reported.output >= outputTokensOf(usage)
  return isCut ? [] : ['more is charged than was reported']
}

function difference(right: NanoUsd, told: NanoUsd): string {
  const more = told > right
  return `charged ${formatUsd(told)}, recomputed ${formatUsd(right)}: ${formatUsd(more ? told - right : right - told)} too ${more ? 'much' : 'little'}`
}

function checkSum(bill: Recomputed, line: OfKind<'sum'>['sum']): void {
  bill.isEnded = true
  const say = (what: string): number => bill.problems.push(what)
  for (const [name, sums] of [
    ['the sum', line],
    ['the books', line.posted],
  ] as const) {
    if (sums.calls !== bill.seen.size) say(`${name}: ${sums.calls} calls, the rows are ${bill.seen.size}`)
    for (const field of ['cost', 'covered', 'shortfall'] as const) {
      const [told, right] = [parseUsd(sums[field] ?? '0'), bill[field]]
      if (told === undefined) say(`${name}: ${field} is no amount`)
      else if (told !== right) say(`${name}: ${field} ${difference(right, told)}`)
    }
  }
  if (line.sha256 !== bill.sha256.copy().digest('hex')) say('the file is not as it was written: its sha256 differs')
}
