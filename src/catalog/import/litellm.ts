import { parseDecimal } from './decimal.ts'
import { objectOf } from './exact-json.ts'
import {
  isAbove,
  type ListedModel,
  type ListedPrice,
  type PriceClass,
  type PriceFields,
  type Refused,
  readPrice,
  readTokens,
} from './price-list.ts'

const FIELDS = {
  input: 'input_cost_per_token',
  output: 'output_cost_per_token',
  cache_read: 'cache_read_input_token_cost',
  cache_write_5m: 'cache_creation_input_token_cost',
  cache_write_1h: 'cache_creation_input_token_cost_above_1hr',
} as const satisfies Record<PriceClass, string>

const PRICES: PriceFields = { fields: FIELDS, perMillion: parseDecimal('1e6') }

/** Keys of the list that are no models. */
const NO_MODELS: ReadonlySet<string> = new Set(['sample_spec', 'fallback_generalizations'])
const CHAT_MODES: ReadonlySet<unknown> = new Set([undefined, 'chat', 'responses', 'completion'])

/** Whether a parsed file looks like LiteLLM's list. */
export const isLitellm = (list: Readonly<Record<string, unknown>>): boolean =>
  Object.values(list).some((entry) => {
    const told = objectOf(entry)
    return told !== undefined && ('litellm_provider' in told || FIELDS.input in told)
  })

/**
 * The chat models of LiteLLM's list, whose prices are USD per token.
 * Source: https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.schema.json (2026-11).
 */
export const readLitellm = (list: Readonly<Record<string, unknown>>): readonly ListedModel[] =>
  Object.entries(list).flatMap(([key, entry]) => {
    const told = objectOf(entry)
    if (told === undefined || NO_MODELS.has(key) || !CHAT_MODES.has(told['mode'])) return []
    const provider = typeof told['litellm_provider'] === 'string' ? told['litellm_provider'] : ''
    const model = key.startsWith(`${provider}/`) ? key.slice(provider.length + 1) : key
    const outputMax = readTokens(told['max_output_tokens'] ?? told['max_tokens'])
    return [{ key, provider, model, context: readTokens(told['max_input_tokens']), outputMax, price: coveredPrice(told) }]
  })

function coveredPrice(told: Readonly<Record<string, unknown>>): ListedPrice | Refused {
  const price = readPrice(told, PRICES)
  if ('refused' in price) return price
  const { perMillion } = PRICES
  for (const name of ['input', 'output', 'cache_read', 'cache_write_5m'] as const) {
    const base = price[name] ?? price.input
    const tiers = Object.keys(told).filter((key) => key.startsWith(`${FIELDS[name]}_above_`) && /_above_\d+k_tokens$/.test(key))
    if (tiers.some((key) => isAbove(told[key], base, perMillion)))
      return { refused: 'it asks more for long prompts, which one price per class cannot cover' }
  }
  const tiered = told['tiered_pricing']
  if (Array.isArray(tiered) && tiered.length > 0) return { refused: 'it asks by length of prompt, which one price per class cannot cover' }
  if (isAbove(told['output_cost_per_reasoning_token'], price.output, perMillion))
    return { refused: 'it asks more for reasoning than for output' }
  if (isAbove(told['input_cost_per_request'], parseDecimal('0'), perMillion)) return { refused: 'it asks per call as well' }
  return price
}
