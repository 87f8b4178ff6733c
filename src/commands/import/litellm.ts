import { sql } from '../../db/index.ts'
import { isTrue, limitIn, listIn, nanoOfDecimal, textIn } from './cells.ts'
import type { Imported, ImportedAccount, ImportedKey, Refused, Row, Tables } from './imported.ts'
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
  const [users, tokens] = [tables[USERS] ?? [], tables[TOKENS] ?? []]
  const known = new Set(users.map((user) => textIn(user, 'user_id')))
  const refused: readonly Refused[] = [
    ...tokens
      .filter((token) => !known.has(textIn(token, 'user_id')))
      .map((token) => ({ noun: 'key', ref: refOf(token), why: 'it belongs to no user; teams and service accounts are not taken over' })),
    ...tokens.filter((token) => isTrue(token, 'blocked')).map((token) => ({ noun: 'key', ref: refOf(token), why: 'it is blocked there' })),
    ...tokens.flatMap((token) => {
      const why = unreadableIn(token)
      return why === undefined ? [] : [{ noun: 'key', ref: refOf(token), why }]
    }),
    ...users
      .filter((user) => leftOf(user) !== undefined && !isBudgetCredit)
      .map((user) => ({
        noun: 'balance',
        ref: textIn(user, 'user_id') ?? '',
        why: 'a budget is no payment; --budgets-are-credit takes what is left of it for paid',
      })),
    ...(tables[MODELS] ?? []).map((model) => ({
      noun: 'model',
      ref: textIn(model, 'model_name') ?? '',
      why: 'its upstream is encrypted there; name it in farebox.yaml, and take prices by farebox catalog import',
    })),
  ]
  return { source: 'litellm', accounts: users.map((user) => accountOf(user, tokens, isBudgetCredit)), upstreams: [], prices: [], refused }
}

/** Enough of the hash to find the key by, and too little to be taken for it. */
const refOf = (token: Row): string => (textIn(token, 'token') ?? '').slice(0, 16)

function accountOf(user: Row, tokens: readonly Row[], isBudgetCredit: boolean): ImportedAccount {
  const ref = textIn(user, 'user_id') ?? ''
  const keys = tokens.filter((token) => textIn(token, 'user_id') === ref && isUsable(token)).map(keyOf)
  return { ref, email: textIn(user, 'user_email')?.toLowerCase(), balance: (isBudgetCredit ? leftOf(user) : undefined) ?? 0n, keys }
}

/** Why a key would be able to do more here than there, when it were taken over; undefined when it would not. */
function unreadableIn(token: Row): string | undefined {
  if (listIn(token, 'models') === undefined) return 'which models it may call cannot be read'
  return textIn(token, 'expires') !== undefined && Number.isNaN(endOf(token)) ? 'when it ends cannot be read' : undefined
}

const isUsable = (token: Row): boolean => !isTrue(token, 'blocked') && unreadableIn(token) === undefined

/** When a key ends, in milliseconds since 1970; NaN for never. A timestamp without a zone is UTC there. */
function endOf(token: Row): number {
  const told = textIn(token, 'expires') ?? ''
  return Date.parse(/(?:Z|[+-]\d\d(?::?\d\d)?)$/.test(told) ? told.replace(/([+-]\d\d)$/, '$1:00') : `${told}Z`)
}

/** What is left of a budget for good; undefined where there is none, or one that begins anew. */
function leftOf(user: Row): bigint | undefined {
  const [budget, spent] = [nanoOfDecimal(textIn(user, 'max_budget')), nanoOfDecimal(textIn(user, 'spend') ?? '0', 'up')]
  if (budget === undefined || spent === undefined || textIn(user, 'budget_duration') !== undefined) return undefined
  return budget - spent
}

function keyOf(token: Row): ImportedKey {
  const models = listIn(token, 'models') ?? []
  const expires = endOf(token)
  return {
    ...{ ref: refOf(token), name: (textIn(token, 'key_alias') ?? `key ${refOf(token)}`).slice(0, 100) },
    models: models.length === 0 || models.includes('all-proxy-models') ? undefined : models,
    requestsPerMinute: limitIn(token, 'rpm_limit'),
    tokensPerMinute: limitIn(token, 'tpm_limit'),
    concurrentCalls: limitIn(token, 'max_parallel_requests'),
    expiresAt: Number.isNaN(expires) ? undefined : expires,
  }
}
