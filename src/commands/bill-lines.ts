import { type BillLine, billLine, firstBillLine } from '../api/contract/index.ts'
import { parseUsd } from '../lib/index.ts'
import { flatPrice } from '../spec/index.ts'
import { readListedPrice, type ToldPrice } from './bill-prices.ts'

type Format = 1 | 2
type OfKind<Kind extends BillLine['kind']> = Extract<BillLine, { kind: Kind }>

/** A row of a bill of either format; `card` is undefined in a bill from before there were any. */
export type BillRow = Omit<OfKind<'row'>, 'kind' | 'card'> & { readonly card: OfKind<'row'>['card'] | undefined }

/** A line of a bill, read; of a price that cannot be read, what is wrong with it. */
export type ReadLine =
  | { readonly kind: 'bill'; readonly format: Format; readonly account: string; readonly month: string }
  | { readonly kind: 'price'; readonly version: number; readonly told: ToldPrice | string }
  | { readonly kind: 'row'; readonly row: BillRow }
  | { readonly kind: 'sum'; readonly sum: OfKind<'sum'> }

/** Reads a line of a bill of a format, of any while that is not known; undefined when it is none. */
export function readBillLine(text: string, format: Format | undefined): ReadLine | undefined {
  const line = parseJson(text)
  return (format === 1 ? undefined : readSecond(line)) ?? (format === 2 ? undefined : readFirst(line))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // No JSON is no line of a bill either.
    return undefined
  }
}

function readSecond(json: unknown): ReadLine | undefined {
  const line = billLine.safeParse(json).data
  switch (line?.kind) {
    case undefined:
      return undefined
    case 'bill':
      return { kind: 'bill', format: line.format, account: line.account, month: line.month }
    case 'price':
      return { kind: 'price', version: line.version, told: readListedPrice(line) }
    case 'row':
      return { kind: 'row', row: line }
    case 'sum':
      return { kind: 'sum', sum: line }
  }
}

/** A bill of format 1 is one of list prices, each of a single card. */
function readFirst(json: unknown): ReadLine | undefined {
  const line = firstBillLine.safeParse(json).data
  switch (line?.kind) {
    case undefined:
      return undefined
    case 'bill':
      return { kind: 'bill', format: line.format, account: line.account, month: line.month }
    case 'price':
      return { kind: 'price', version: line.version, told: readFirstPrice(line) }
    case 'row':
      return { kind: 'row', row: { ...line, pieces: {}, service_tier: 'standard', card: undefined, multiplier: '1', reported: null } }
    case 'sum':
      return { kind: 'sum', sum: line }
  }
}

type FirstPrice = Readonly<
  Record<'model' | 'input' | 'output' | 'cache_read' | 'cache_write_5m' | 'cache_write_1h', string> & { readonly version: number }
>

function readFirstPrice(line: FirstPrice): ToldPrice | string {
  const [input, output, cacheRead] = [parseUsd(line.input), parseUsd(line.output), parseUsd(line.cache_read)]
  const [cacheWrite5m, cacheWrite1h] = [parseUsd(line.cache_write_5m), parseUsd(line.cache_write_1h)]
  const isWhole = input !== undefined && output !== undefined && cacheRead !== undefined
  if (!isWhole || cacheWrite5m === undefined || cacheWrite1h === undefined) return 'an amount is none'
  const price = flatPrice({ input, output, cacheRead, cacheWrite5m, cacheWrite1h })
  return { version: line.version, model: line.model, price, effectiveAt: undefined, heldFrom: undefined }
}
