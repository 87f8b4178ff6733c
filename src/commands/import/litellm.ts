import { sql } from '../../db/index.ts'
import { isEmptyIn, isTrue, listIn, nanoOfDecimal, objectIn, textIn } from './cells.ts'
import {
  type Imported,
  type ImportedAccount,
  type ImportedKey,
  type ImportedLimits,
  NO_LIMITS,
  type Refused,
  type Row,
  type Tables,
} from './imported.ts'
import { type Bound, boundOf, capOf, limitIn, reasonIn } from './key-bounds.ts'
import type { TableSource } from './read-tables.ts'

const [USERS, TOKENS, MODELS] = ['LiteLLM_UserTable', 'LiteLLM_VerificationToken', 'LiteLLM_ProxyModelTable'] as const

/** Tables of LiteLLM's proxy. Source: schema.prisma of https://github.com/BerriAI/litellm, 2026-11-27. */
export const LITELLM_TABLES: readonly TableSource[] = [
  { name: USERS, statement: sql`select to_jsonb(t)::text as row from public."LiteLLM_UserTable" t` },
  { name: TOKENS, statement: sql`select to_jsonb(t)::text as row from public."LiteLLM_VerificationToken" t` },
  {
    name: MODELS,
    statement: sql`select jsonb_build_object('model_name', model_name)::text as row from public."LiteLLM_ProxyModelTable" t`,
  },
]

/**
 * What LiteLLM tells, in the words of Farebox. It knows no balance, only what was spent of a budget: with `isBudgetCredit` what is left of a
 * user's budget that does not begin anew is taken for paid.
 */
export function fromLitellm(tables: Tables, isBudgetCredit: boolean): Imported {
  const users = tables[USERS] ?? []
  const byRef = new Map(users.map((user) => [userOf(user), user]))
  const tokens = (tables[TOKENS] ?? []).map((token) => ({ token, read: readKey(token, byRef.get(userOf(token))) }))
  const refused: readonly Refused[] = [
    ...tokens.flatMap(({ token, read }) => ('why' in read ? [{ noun: 'key', ref: refOf(token), why: read.why }] : [])),
    ...users
      .filter((user) => leftOf(user) !== undefined && !isBudgetCredit)
      .map((user) => ({
        noun: 'balance',
        ref: userOf(user),
        why: 'a budget is no payment; --budgets-are-credit takes what is left of it for paid',
      })),
    ...users.flatMap((user) => {
      const why = reasonIn(Object.values(limitsIn(user)))
      return why === undefined ? [] : [{ noun: 'limit', ref: userOf(user), why }]
    }),
    ...(tables[MODELS] ?? []).map((model) => ({
      noun: 'model',
      ref: textIn(model, 'model_name') ?? '',
      why: 'its upstream is encrypted there; name it in farebox.yaml, and take prices by farebox catalog import',
    })),
  ]
  const accounts = users.map((user): ImportedAccount => {
    const keys = tokens.flatMap(({ token, read }) => (userOf(token) === userOf(user) && !('why' in read) ? [read] : []))
    const balance = (isBudgetCredit ? leftOf(user) : undefined) ?? 0n
    return { ref: userOf(user), email: textIn(user, 'user_email')?.toLowerCase(), balance, limits: readLimits(limitsIn(user)), keys }
  })
  return { source: 'litellm', accounts, upstreams: [], prices: [], refused }
}

const userOf = (row: Row): string => textIn(row, 'user_id') ?? ''

/** Enough of the hash to find the key by, and too little to be taken for it. */
const refOf = (token: Row): string => (textIn(token, 'token') ?? '').slice(0, 16)

/** A key with all its bounds, or why it is not taken over, most often as it could do more here than there. */
function readKey(token: Row, user: Row | undefined): ImportedKey | { readonly why: string } {
  if (user === undefined) return { why: 'it belongs to no user; teams and service accounts are not taken over' }
  if (textIn(token, 'team_id') !== undefined) return { why: 'it belongs to a team, whose models and budget are not taken over' }
  if (isTrue(token, 'blocked')) return { why: 'it is blocked there' }
  if (['project_id', 'organization_id'].some((column) => textIn(token, column) !== undefined))
    return { why: 'it belongs to a project or an organization, whose models and budget are not taken over' }
  const [models, end, cap, limits] = [modelsIn(token, user), endIn(token), capIn(token), limitsIn(token)]
  const why = reasonIn([models, end, cap, routesIn(token), ...Object.values(limits), ...[token, user].map(byModelIn)]) ?? whyOfUser(user)
  if (why !== undefined) return { why }
  return {
    ...{ ref: refOf(token), name: (textIn(token, 'key_alias') ?? `key ${refOf(token)}`).slice(0, 100), models: boundOf(models) },
    ...{ limits: readLimits(limits), spendCap: boundOf(cap), ipRanges: undefined, expiresAt: boundOf(end) },
  }
}

type Limits = Readonly<Record<keyof ImportedLimits, Bound<number>>>

/** What a key may call, or a user with all of theirs. */
const limitsIn = (row: Row): Limits => ({
  requestsPerMinute: limitIn(row, 'rpm_limit'),
  tokensPerMinute: limitIn(row, 'tpm_limit'),
  concurrentCalls: limitIn(row, 'max_parallel_requests'),
})

/** Limits as an account or a key has them here; none where one of them is not read, which is named and leaves all keys of it. */
const readLimits = (limits: Limits): ImportedLimits =>
  reasonIn(Object.values(limits)) === undefined
    ? {
        requestsPerMinute: boundOf(limits.requestsPerMinute),
        tokensPerMinute: boundOf(limits.tokensPerMinute),
        concurrentCalls: boundOf(limits.concurrentCalls),
      }
    : NO_LIMITS

function whyOfUser(user: Row): string | undefined {
  const why = reasonIn(Object.values(limitsIn(user)))
  return why === undefined ? undefined : `of its user: ${why}`
}

/** Limits and budgets of single models, or several budgets at once. */
function byModelIn(row: Row): Bound<never> {
  const metadata = objectIn(row, 'metadata')
  if (metadata === undefined) return { why: 'its metadata, where limits by model are, cannot be read' }
  const isPlain =
    ['model_max_budget', 'budget_limits'].every((column) => isEmptyIn(row, column)) &&
    ['model_rpm_limit', 'model_tpm_limit'].every((name) => isEmptyIn(metadata, name))
  return isPlain ? { is: undefined } : { why: 'it has limits or budgets by model there, which are not here' }
}

const [ALL, NONE] = ['all-proxy-models', 'no-default-models']

/** A key that names no model may call those of its user. */
function modelsIn(token: Row, user: Row): Bound<readonly string[]> {
  const [own, ofUser] = [listIn(token, 'models'), listIn(user, 'models')]
  if (own === undefined || ofUser === undefined) return { why: 'which models it may call cannot be read' }
  const models = own.length > 0 ? own : ofUser
  if (models.includes(ALL) || models.length === 0) return { is: undefined }
  return models.includes(NONE) ? { why: 'it may call no model there' } : { is: models }
}

/** When a key ends, in milliseconds since 1970. A timestamp without a zone is UTC there. */
function endIn(token: Row): Bound<number> {
  const told = textIn(token, 'expires')
  if (told === undefined) return { is: undefined }
  const end = Date.parse(/(?:Z|[+-]\d\d(?::?\d\d)?)$/.test(told) ? told.replace(/([+-]\d\d)$/, '$1:00') : `${told}Z`)
  return Number.isNaN(end) ? { why: 'when it ends cannot be read' } : { is: end }
}

/** Budgets that begin anew as windows here do. */
const WINDOWS: ReadonlyMap<string, 'day' | 'week' | 'month'> = new Map([
  ['24h', 'day'],
  ['1d', 'day'],
  ['7d', 'week'],
  ['30d', 'month'],
  ['1mo', 'month'],
])

function capIn(token: Row): ReturnType<typeof capOf> {
  if (textIn(token, 'budget_id') !== undefined) return { why: 'it has a budget that several share, which is not taken over' }
  const told = textIn(token, 'max_budget')
  if (told === undefined) return { is: undefined }
  const [budget, spent, duration] = [
    nanoOfDecimal(told),
    nanoOfDecimal(textIn(token, 'spend') ?? '0', 'up'),
    textIn(token, 'budget_duration'),
  ]
  if (budget === undefined || spent === undefined) return { why: 'what it may spend cannot be read' }
  if (duration === undefined) return capOf(budget - spent, 'total')
  const window = WINDOWS.get(duration)
  return window === undefined ? { why: `its budget begins anew every ${duration}, which no window here does` } : capOf(budget, window)
}

/** Paths that a key is bound to; those of models are what every key here has. */
function routesIn(token: Row): Bound<never> {
  const routes = listIn(token, 'allowed_routes')
  const isBound = routes === undefined || (routes.length > 0 && !routes.includes('llm_api_routes'))
  return isBound ? { why: 'it may call certain paths alone there' } : { is: undefined }
}

/** What is left of a budget for good; undefined where there is none, or one that begins anew. */
function leftOf(user: Row): bigint | undefined {
  const [budget, spent] = [nanoOfDecimal(textIn(user, 'max_budget')), nanoOfDecimal(textIn(user, 'spend') ?? '0', 'up')]
  if (budget === undefined || spent === undefined || textIn(user, 'budget_duration') !== undefined) return undefined
  return budget - spent
}
