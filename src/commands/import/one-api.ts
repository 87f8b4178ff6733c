import { formatUsdExactly } from '../../lib/index.ts'
import { isTrue, nanoOfDecimal, textIn } from './cells.ts'
import type { Imported, ImportedAccount, ImportedKey, ImportedPrice, ImportedUpstream, Refused, Row, Tables } from './imported.ts'
import { exactJson, plainTable, type TableSource } from './read-tables.ts'

/** Tables of one-api and of new-api, which has the same and more columns. */
export const ONE_API_TABLES: readonly TableSource[] = ['users', 'tokens', 'channels', 'options'].map(plainTable)

/**
 * A unit of quota in nano-USD: 500,000 are one USD. Source: QuotaPerUnit of https://github.com/songquanpeng/one-api (common/config) and of
 * https://github.com/QuantumNous/new-api (common/constants.go), 2026-11-27.
 */
const NANO_USD_OF_UNIT = 2_000n
const ENABLED = '1'
const UNITS = /^-?\d{1,18}$/

/** What one-api or new-api tells, in the words of Farebox. `source` is which of the two it is. */
export function fromOneApi(source: 'one-api' | 'new-api', tables: Tables): Imported {
  const users = (tables['users'] ?? []).filter((row) => !isDeleted(row))
  const tokens = (tables['tokens'] ?? []).filter((row) => !isDeleted(row))
  const channels = tables['channels'] ?? []
  const accounts = users.filter(isEnabled).map((user) => accountOf(user, tokens))
  const refused: readonly Refused[] = [
    ...users.filter((row) => !isEnabled(row)).map((row) => ({ noun: 'account', ref: refOf(row), why: 'it is disabled there' })),
    ...tokens
      .filter((row) => !isEnabled(row))
      .map((row) => ({ noun: 'key', ref: refOf(row), why: 'it is disabled, expired or used up there' })),
    ...tokens
      .filter((row) => isEnabled(row) && isWithoutModels(row))
      .map((row) => ({ noun: 'key', ref: refOf(row), why: 'it may call no model there' })),
    ...channels
      .filter((row) => kindOf(row) === undefined)
      .map((row) => ({ noun: 'upstream', ref: refOf(row), why: `its type ${cellIn(row, 'type')} has no counterpart here` })),
    ...priceTrouble(tables),
  ]
  return { source, accounts, upstreams: channels.flatMap(upstreamOf), prices: pricesOf(tables), refused }
}

const cellIn = (row: Row, column: string): string => textIn(row, column) ?? ''
const refOf = (row: Row): string => cellIn(row, 'id')
const isEnabled = (row: Row): boolean => (textIn(row, 'status') ?? ENABLED) === ENABLED
const isDeleted = (row: Row): boolean => textIn(row, 'deleted_at') !== undefined || textIn(row, 'DeletedAt') !== undefined

/** A list of models that is switched on and empty lets a key call none, where no list lets it call all. */
const isWithoutModels = (token: Row): boolean => isTrue(token, 'model_limits_enabled') && textIn(token, 'model_limits') === undefined

function accountOf(user: Row, tokens: readonly Row[]): ImportedAccount {
  const quota = textIn(user, 'quota') ?? '0'
  const balance = UNITS.test(quota) ? BigInt(quota) * NANO_USD_OF_UNIT : 0n
  const keys = tokens.filter((token) => cellIn(token, 'user_id') === refOf(user) && isEnabled(token) && !isWithoutModels(token)).map(keyOf)
  return { ref: refOf(user), email: textIn(user, 'email')?.toLowerCase(), balance, keys }
}

function keyOf(token: Row): ImportedKey {
  const expired = textIn(token, 'expired_time') ?? '-1'
  const models = textIn(token, isTrue(token, 'model_limits_enabled') ? 'model_limits' : 'models')
  return {
    ...{ ref: refOf(token), name: (textIn(token, 'name') ?? `key ${refOf(token)}`).slice(0, 100) },
    models: models?.split(',').map((model) => model.trim()),
    ...{ requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined },
    expiresAt: /^[1-9]\d{8,11}$/.test(expired) ? Number(expired) * 1000 : undefined,
  }
}

/** Kinds by number of channel type, with the address where a channel names none. Source: relay/channeltype of one-api, 2026-11-27. */
const KINDS: Readonly<Record<string, { readonly kind: string; readonly baseUrl: string; readonly path: string }>> = {
  '1': { kind: 'openai', baseUrl: 'https://api.openai.com', path: '/v1' },
  '8': { kind: 'openai-compatible', baseUrl: '', path: '/v1' },
  '14': { kind: 'anthropic', baseUrl: 'https://api.anthropic.com', path: '' },
  '20': { kind: 'openai-compatible', baseUrl: 'https://openrouter.ai/api', path: '/v1' },
  '24': { kind: 'gemini', baseUrl: 'https://generativelanguage.googleapis.com', path: '' },
}

function kindOf(channel: Row): { readonly kind: string; readonly baseUrl: string } | undefined {
  const known = KINDS[cellIn(channel, 'type')]
  const base = textIn(channel, 'base_url') ?? known?.baseUrl ?? ''
  return known === undefined || base === '' ? undefined : { kind: known.kind, baseUrl: `${base.replace(/\/+$/, '')}${known.path}` }
}

function upstreamOf(channel: Row): readonly ImportedUpstream[] {
  const known = kindOf(channel)
  if (known === undefined) return []
  const models = (textIn(channel, 'models') ?? '').split(',').filter((model) => model !== '')
  return [{ id: `channel-${refOf(channel)}`, ...known, models }]
}

/** An option's value that is JSON of decimals by model. */
function ratios(tables: Tables, key: string): Readonly<Record<string, string>> {
  const value = (tables['options'] ?? [])
    .map((row) => (row['key'] === key ? textIn(row, 'value') : undefined))
    .find((text) => text !== undefined)
  const told = value === undefined ? {} : exactJson(value)
  const entries = typeof told === 'object' && told !== null ? Object.entries(told) : []
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

const NANO = 1_000_000_000n

/** Ratio 1 is 0.002 USD for a thousand tokens, so 2 USD for a million; output costs as many times as much as its own ratio says. */
function pricesOf(tables: Tables): readonly ImportedPrice[] {
  const completion = ratios(tables, 'CompletionRatio')
  return Object.entries(ratios(tables, 'ModelRatio')).flatMap(([model, ratio]) => {
    const [input, times] = [nanoOfDecimal(ratio), nanoOfDecimal(completion[model])]
    if (input === undefined || times === undefined || input <= 0n || times <= 0n) return []
    return [{ model, input: decimal(2n * input), output: decimal((2n * input * times) / NANO) }]
  })
}

const decimal = (nano: bigint): string => formatUsdExactly(nano, 9).replace(/(\.\d\d\d*?)0+$/, '$1')

function priceTrouble(tables: Tables): readonly Refused[] {
  const priced = new Set(pricesOf(tables).map(({ model }) => model))
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
