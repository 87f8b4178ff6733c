import { readJson } from '../lib/index.ts'
/**
 * What a refusal speaks of beyond its status: `quota`: the house has no money there; `credential`: its key is not taken; `state`: something
 * else of the house is not as it has to be there; `request`: this request is larger than any limit; `account`: all keys of the house there;
 * `upstream`: everybody.
 */
export type Refusal = 'quota' | 'credential' | 'state' | 'request' | 'account' | 'upstream'

/** The status and the beginning of the body of an error. */
export type RefusedReply = { readonly status: number; readonly body: Buffer }

/**
 * Words that stand in `code`, `type` or `status` of an error. Sources: https://platform.openai.com/docs/guides/error-codes,
 * https://docs.claude.com/en/api/errors, https://platform.moonshot.ai/docs/api/chat#error-codes,
 * https://help.aliyun.com/zh/model-studio/error-code, https://api-docs.deepseek.com/quick_start/error_codes (2026-11-26).
 */
const CODES: ReadonlyMap<string, Refusal> = new Map([
  ['insufficient_quota', 'quota'],
  ['billing_hard_limit_reached', 'quota'],
  ['billing_not_active', 'quota'],
  ['billing_error', 'quota'],
  ['insufficient_balance', 'quota'],
  ['exceeded_current_quota_error', 'quota'],
  ['Arrearage', 'quota'],
  ['overloaded_error', 'upstream'],
  ['overloaded', 'upstream'],
  ['slow_down', 'upstream'],
  ['engine_overloaded_error', 'upstream'],
  ['ServerOverloaded', 'upstream'],
])

/**
 * What messages begin with where no word says it. Only the beginning counts: later words may be the customer's own. Sources:
 * https://github.com/anthropics/claude-code-action/issues/1224 and others that quote them (2026-11-26),
 * https://github.com/TheR1D/shell_gpt/issues/653 (2026-11-26).
 */
const BEGINNINGS: readonly (readonly [beginning: RegExp, refusal: Refusal])[] = [
  [/^(?:Your )?credit balance is too low\b/i, 'quota'],
  [/^Insufficient Balance$/i, 'quota'],
  [/^Request too large for\b/, 'request'],
  [/^Extra usage is required for long context\b/, 'request'],
  [/^Rate limit reached for .{1,100} in organization\b/, 'account'],
]

/**
 * Google's word for a key that it does not take, which comes as a 400. Sources: https://ai.google.dev/gemini-api/docs/generate-content/api-errors,
 * https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto (2026-11-26).
 */
const KEY_REASON = 'API_KEY_INVALID'
const REASON_TYPE = 'type.googleapis.com/google.rpc.ErrorInfo'

/**
 * Google's word for a project that is not in the state to be served, which comes as a 400, and with what its messages begin where the key
 * of that project can do nothing until somebody mends it. Sources: https://ai.google.dev/gemini-api/docs/troubleshooting,
 * https://github.com/kolbytn/mindcraft/issues/133, https://discuss.ai.google.dev/t/191818 (2026-11-26).
 */
const STATE_WORD = 'FAILED_PRECONDITION'
const STATE_OF_KEY = /^(?:User location is not supported\b|Gemini API free tier is not available\b)/

/** Statuses with which an upstream may tell that it wants money. */
const MONEY_STATUSES: ReadonlySet<number> = new Set([400, 402, 403, 429])

/** What an error of an upstream speaks of; undefined when it does not say. Reads and keeps nothing else of it. */
export function readRefusal({ status, body }: RefusedReply): Refusal | undefined {
  if (status === 402) return 'quota'
  if (!MONEY_STATUSES.has(status)) return undefined
  const told = errorOf(body)
  if (isKeyRefused(told)) return 'credential'
  if (status === 400 && told.status === STATE_WORD) return STATE_OF_KEY.test(String(told.message)) ? 'credential' : 'state'
  const word = [told.code, told.type, told.status].find((text): text is string => typeof text === 'string' && CODES.has(text))
  const { message } = told
  const begun = typeof message === 'string' ? BEGINNINGS.find(([beginning]) => beginning.test(message))?.[1] : undefined
  const refusal = (word === undefined ? undefined : CODES.get(word)) ?? begun
  // Only a 429 is about how much is asked for.
  return refusal === 'quota' || status === 429 ? refusal : undefined
}

type Told = {
  readonly code?: unknown
  readonly type?: unknown
  readonly status?: unknown
  readonly message?: unknown
  readonly details?: unknown
}

const isKeyRefused = ({ details }: Told): boolean =>
  Array.isArray(details) && details.some((one) => isRecord(one) && one['@type'] === REASON_TYPE && one['reason'] === KEY_REASON)

/** The error object of a body, wherever its protocol has it. */
function errorOf(body: Buffer): Told {
  try {
    const whole: unknown = readJson(body.toString('utf8'))
    const parsed: unknown = Array.isArray(whole) ? whole[0] : whole
    if (!isRecord(parsed)) return {}
    return isRecord(parsed['error']) ? parsed['error'] : parsed
  } catch {
    // Not JSON, or cut off: it says nothing that is known.
    return {}
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
