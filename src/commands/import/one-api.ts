import { fail } from '../../failures.ts'
import { formatUsdExactly, type NanoUsd } from '../../lib/index.ts'
import { isTrue, nanoOfDecimal, textIn } from './cells.ts'
import {
  type Imported,
  type ImportedAccount,
  type ImportedKey,
  type ImportedPrice,
  NO_LIMITS,
  type Refused,
  type Row,
  type Tables,
} from './imported.ts'
import { type Bound, boundOf, capOf, rangesIn, reasonIn } from './key-bounds.ts'
import { upstreamsOf } from './one-api-channels.ts'
import { exactJson, plainTable, type TableSource } from './read-tables.ts'

/** Tables of one-api and of new-api, which has the same and more columns. */
export const ONE_API_TABLES: readonly TableSource[] = ['users', 'tokens', 'channels', 'options'].map(plainTable)

/**
 * How many units of quota are one USD where the operator set nothing else. Source: QuotaPerUnit of https://github.com/songquanpeng/one-api
 * (common/config) and of https://github.com/QuantumNous/new-api (common/constants.go), 2026-11-27.
 */
const UNITS_OF_USD = '500000'
const ENABLED = '1'
const UNITS = /^-?\d{1,18}$/
const NANO = 1_000_000_000n
const MILLION = 1_000_000n

/** What one-api or new-api tells, in the words of Farebox. `source` is which of the two it is. Fails with import_unreadable. */
export function fromOneApi(source: 'one-api' | 'new-api', tables: Tables): Imported {
  const users = (tables['users'] ?? []).filter((row) => !isDeleted(row))
  const rows = (tables['tokens'] ?? []).filter((row) => !isDeleted(row))
  const unit = unitOf(tables)
  const known = new Set(users.map(refOf))
  const tokens = rows.map((row) => ({ row, read: readKey(row, unit) }))
  const { upstreams, refused: channels } = upstreamsOf(source, tables['channels'] ?? [])
  const refused: readonly Refused[] = [
    ...users.filter((row) => !isEnabled(row)).map((row) => ({ noun: 'account', ref: refOf(row), why: 'it is disabled there' })),
    ...users
      .filter((row) => isEnabled(row) && balanceOf(row, unit) === undefined)
      .map((row) => ({ noun: 'balance', ref: refOf(row), why: 'how much it is cannot be read' })),
    ...tokens
      .filter(({ row }) => !known.has(ownerOf(row)))
      .map(({ row }) => ({ noun: 'key', ref: refOf(row), why: 'it belongs to no user' })),
    ...tokens.flatMap(({ row, read }) =>
      known.has(ownerOf(row)) && 'why' in read ? [{ noun: 'key', ref: refOf(row), why: read.why }] : [],
    ),
    ...channels,
    ...groupTrouble(tables),
    ...priceTrouble(tables, unit),
  ]
  const accounts = users.filter(isEnabled).map((user): ImportedAccount => {
    const keys = tokens.flatMap(({ row, read }) => (ownerOf(row) === refOf(user) && !('why' in read) ? [read] : []))
    return { ref: refOf(user), email: textIn(user, 'email')?.toLowerCase(), balance: balanceOf(user, unit) ?? 0n, limits: NO_LIMITS, keys }
  })
  return { source, accounts, upstreams, prices: pricesOf(tables, unit), refused }
}

const cellIn = (row: Row, column: string): string => textIn(row, column) ?? ''
const refOf = (row: Row): string => cellIn(row, 'id')
const ownerOf = (token: Row): string => cellIn(token, 'user_id')
const isEnabled = (row: Row): boolean => (textIn(row, 'status') ?? ENABLED) === ENABLED
const isDeleted = (row: Row): boolean => textIn(row, 'deleted_at') !== undefined || textIn(row, 'DeletedAt') !== undefined

/** Units of quota for one USD, times a billion, as the operator of the other program set it. */
function unitOf(tables: Tables): bigint {
  const told = optionOf(tables, 'QuotaPerUnit') ?? UNITS_OF_USD
  const unit = nanoOfDecimal(told)
  return unit !== undefined && unit > 0n ? unit : fail('import_unreadable', { problem: 'its option QuotaPerUnit is no number above 0' })
}

function usdOf(row: Row, column: string, unit: bigint): NanoUsd | undefined {
  const text = textIn(row, column)
  return text !== undefined && UNITS.test(text) ? (BigInt(text) * NANO * NANO) / unit : undefined
}

const balanceOf = (user: Row, unit: bigint): NanoUsd | undefined => (textIn(user, 'quota') === undefined ? 0n : usdOf(user, 'quota', unit))

/** A key with all its bounds, or why it is not taken over. */
function readKey(token: Row, unit: bigint): ImportedKey | { readonly why: string } {
  if (!isEnabled(token)) return { why: 'it is disabled, expired or used up there' }
  if (isWithoutModels(token)) return { why: 'it may call no model there' }
  const [end, cap, ranges] = [endIn(token), capIn(token, unit), rangesIn(token, ['allow_ips', 'subnet'])]
  const why = reasonIn([end, cap, ranges])
  if (why !== undefined) return { why }
  const models = textIn(token, isTrue(token, 'model_limits_enabled') ? 'model_limits' : 'models')
  return {
    ...{ ref: refOf(token), name: (textIn(token, 'name') ?? `key ${refOf(token)}`).slice(0, 100) },
    models: models?.split(',').map((model) => model.trim()),
    ...{ limits: NO_LIMITS, spendCap: boundOf(cap), ipRanges: boundOf(ranges), expiresAt: boundOf(end) },
  }
}

/** A list of models that is switched on and empty lets a key call none, where no list lets it call all. */
const isWithoutModels = (token: Row): boolean => isTrue(token, 'model_limits_enabled') && textIn(token, 'model_limits') === undefined

/** Seconds since 1970; -1 is never. */
function endIn(token: Row): Bound<number> {
  const told = textIn(token, 'expired_time') ?? '-1'
  if (told === '-1') return { is: undefined }
  return /^\d{1,12}$/.test(told) ? { is: Number(told) * 1000 } : { why: 'when it ends cannot be read' }
}

function capIn(token: Row, unit: bigint): ReturnType<typeof capOf> {
  if (isTrue(token, 'unlimited_quota')) return { is: undefined }
  const left = usdOf(token, 'remain_quota', unit)
  return left === undefined ? { why: 'what it may spend cannot be read' } : capOf(left, 'total')
}

const optionOf = (tables: Tables, key: string): string | undefined =>
  (tables['options'] ?? []).map((row) => (row['key'] === key ? textIn(row, 'value') : undefined)).find((text) => text !== undefined)

/** An option's value that is JSON of decimals by model. */
function ratios(tables: Tables, key: string): Readonly<Record<string, string>> {
  const value = optionOf(tables, key)
  const told = value === undefined ? {} : exactJson(value)
  const entries = typeof told === 'object' && told !== null ? Object.entries(told) : []
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

/** A token costs as many units as its ratio says, and output as many times as much as its own; so ratio 1 is 2 USD for a million where 500,000 units are one. */
function pricesOf(tables: Tables, unit: bigint): readonly ImportedPrice[] {
  const completion = ratios(tables, 'CompletionRatio')
  return Object.entries(ratios(tables, 'ModelRatio')).flatMap(([model, ratio]) => {
    const [input, times] = [nanoOfDecimal(ratio), nanoOfDecimal(completion[model])]
    if (input === undefined || times === undefined || input <= 0n || times <= 0n) return []
    const scaled = input * MILLION * NANO
    return [{ model, input: decimal(scaled / unit), output: decimal((scaled * times) / (unit * NANO)) }]
  })
}

const decimal = (nano: bigint): string => formatUsdExactly(nano, 9).replace(/(\.\d\d\d*?)0+$/, '$1')

/** What people of a group paid there was another multiple of the price. */
const groupTrouble = (tables: Tables): readonly Refused[] =>
  Object.entries(ratios(tables, 'GroupRatio'))
    .filter(([, ratio]) => nanoOfDecimal(ratio) !== NANO)
    .map(([ref, ratio]) => ({ noun: 'group', ref, why: `its people pay ${ratio} times the price there; plans have such multipliers here` }))

function priceTrouble(tables: Tables, unit: bigint): readonly Refused[] {
  const priced = new Set(pricesOf(tables, unit).map(({ model }) => model))
  return [
    ...Object.keys(ratios(tables, 'ModelRatio'))
      .filter((model) => !priced.has(model))
      .map((ref) => ({ noun: 'price', ref, why: 'no CompletionRatio of its own is saved there, so its output price is not known' })),
    ...Object.keys(ratios(tables, 'ModelPrice')).map((ref) => ({
      noun: 'price',
      ref,
      why: 'it is priced by the call there, and by tokens here',
    })),
  ]
}
