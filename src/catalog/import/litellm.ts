import type { PriceClassName, ServiceTier } from '../../spec/index.ts'
import { parseDecimal } from './decimal.ts'
import { ExactNumber, objectOf } from './exact-json.ts'
import {
  type FigureReading,
  faultOfUncovered,
  isCharge,
  type ListedFigure,
  type ListedModel,
  type PriceReading,
  readPrice,
  readTokens,
} from './price-list.ts'

const PER_MILLION = parseDecimal('1e6')

/** What the list prices, by the name of the field without what says for which tier and length. */
const FIELDS: Readonly<Record<string, PriceClassName>> = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'cache_read',
  input_cost_per_token_cache_hit: 'cache_read',
  cache_creation_input_token_cost: 'cache_write_5m',
  cache_creation_input_token_cost_above_1hr: 'cache_write_1h',
  output_cost_per_reasoning_token: 'reasoning',
  input_cost_per_image_token: 'image_input',
  input_cost_per_audio_token: 'audio_input',
  output_cost_per_image_token: 'image_output',
  output_cost_per_audio_token: 'audio_output',
  output_cost_per_image: 'image',
  input_cost_per_request: 'call',
  google_maps_grounding_cost_per_query: 'tool_call',
  code_interpreter_cost_per_session: 'tool_call',
}

/** What models of one mode are priced by beside tokens. */
const PIECES: Readonly<Record<string, Readonly<Record<string, PriceClassName>>>> = {
  audio_transcription: { input_cost_per_second: 'audio_second' },
  audio_speech: { input_cost_per_character: 'character' },
}

/** What no class tells apart, such as sound and text in a cache: it can be priced only where it costs the same. */
const SAME_AS: Readonly<Record<string, string>> = {
  cache_read_input_audio_token_cost: 'cache_read_input_token_cost',
  cache_creation_input_audio_token_cost: 'cache_creation_input_token_cost',
  // A transcription has one length, told under both names.
  output_cost_per_second: 'input_cost_per_second',
}

/** In these modes the list gives the price of an image that is made under either name. */
const IMAGE_MODES: ReadonlySet<unknown> = new Set(['image_generation', 'image_edit'])
const SEARCH = 'search_context_cost_per_query'
const TIERS: Readonly<Record<string, ServiceTier>> = { flex: 'flex', priority: 'priority', batch: 'batch', batches: 'batch' }
const FIELD = /^(.+?)(?:_above_(\d{1,9})(k?)_tokens)?(?:_(flex|priority|batch|batches))?(?:_above_(\d{1,9})(k?)_tokens)?$/

/** Fields that price what is not sold here, keeping files and tiers that nobody can ask for, or the same in another unit. */
const NOT_SOLD = /per_gb_per_day|_(?:ultra)?fast$|_dbu_/

/** The longest prompt that a card can begin at. */
const PROMPT_MAX = 100_000_000

/** Keys of the list that are no models. */
const NO_MODELS: ReadonlySet<string> = new Set(['sample_spec', 'fallback_generalizations'])

/** Modes whose models read and write text, so that one of input and output without the other is a mistake. */
const TEXT_MODES: ReadonlySet<unknown> = new Set([undefined, 'chat', 'responses', 'completion', 'realtime'])
const MODES: ReadonlySet<unknown> = new Set([...TEXT_MODES, 'embedding', ...IMAGE_MODES, 'audio_transcription', 'audio_speech'])

/** Whether a parsed file looks like LiteLLM's list. */
export const isLitellm = (list: Readonly<Record<string, unknown>>): boolean =>
  Object.values(list).some((entry) => {
    const told = objectOf(entry)
    return told !== undefined && ('litellm_provider' in told || 'input_cost_per_token' in told)
  })

type Told = Readonly<Record<string, unknown>>

/**
 * The models of LiteLLM's list that answer calls, whose prices are USD per token or piece.
 * Source: https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.schema.json (2026-11).
 */
export const readLitellm = (list: Told): readonly ListedModel[] =>
  Object.entries(list).flatMap(([key, entry]) => {
    const told = objectOf(entry)
    if (told === undefined || NO_MODELS.has(key) || !MODES.has(told['mode'])) return []
    const provider = typeof told['litellm_provider'] === 'string' ? told['litellm_provider'] : ''
    const model = key.startsWith(`${provider}/`) ? key.slice(provider.length + 1) : key
    return [{ key, provider, model, ...boundsOf(told), ...priceOf(told) }]
  })

/** How long prompt and answer can get; an embedding has no answer, and its one older field tells of the prompt. */
function boundsOf(told: Told): Pick<ListedModel, 'context' | 'outputMax'> {
  const older = told['max_tokens']
  if (told['mode'] === 'embedding') return { context: readTokens(told['max_input_tokens'] ?? older), outputMax: 1 }
  return { context: readTokens(told['max_input_tokens']), outputMax: readTokens(told['max_output_tokens'] ?? older) }
}

function priceOf(told: Told): PriceReading {
  const [fields, tiers, mode] = [fieldFigures(told), tieredFigures(told['tiered_pricing']), told['mode']]
  const reading = {
    figures: [...fields.figures, ...tiers.figures],
    faults: [...fields.faults, ...tiers.faults],
    refused: tiers.refused ?? fields.refused,
  }
  return readPrice(reading, {
    perMillion: PER_MILLION,
    needsBoth: TEXT_MODES.has(mode),
    adjust: (figures) => adjust(figures, mode),
  })
}

/** The figures of a model's fields; one that prices what no class of ours covers refuses the model by its name. */
function fieldFigures(told: Told): FigureReading {
  const figures: ListedFigure[] = []
  const faults: string[] = []
  let refused: string | undefined
  for (const [key, value] of Object.entries(told)) {
    if (!key.includes('cost') || NOT_SOLD.test(key)) continue
    const [, base = key, before, beforeK, tier, after, afterK] = FIELD.exec(key) ?? []
    const card = {
      serviceTier: tier === undefined ? 'standard' : (TIERS[tier] ?? 'standard'),
      inputAbove: lengthOf(before, beforeK) + lengthOf(after, afterK),
    }
    if (SAME_AS[base] !== undefined && isSameFigure(value, told[SAME_AS[base]])) continue
    const name =
      base === 'input_cost_per_image' && IMAGE_MODES.has(told['mode']) ? 'image' : (FIELDS[base] ?? PIECES[String(told['mode'])]?.[base])
    if (card.inputAbove > PROMPT_MAX) refused ??= `${key} begins at no length that a prompt can have`
    else if (name !== undefined) figures.push({ ...card, name, value })
    else if (base === SEARCH) figures.push(...searchFigures(value).map((size) => ({ ...card, name: 'web_search' as const, value: size })))
    else if (base === 'file_search_cost_per_1k_calls') figures.push({ ...card, name: 'tool_call', value: thousandth(value) })
    else if (isCharge(value)) {
      faults.push(...faultOfUncovered(key, value))
      refused ??= `it prices ${key}, which no class of a price covers`
    }
  }
  return { figures, faults, refused }
}

const isSameFigure = (a: unknown, b: unknown): boolean => a instanceof ExactNumber && b instanceof ExactNumber && a.source === b.source

const lengthOf = (digits: string | undefined, k: string | undefined): number => Number(digits ?? '0') * (k === 'k' ? 1000 : 1)

/** What a web search costs for each size of what is searched; the dearest counts, as nobody can tell them apart afterwards. */
const searchFigures = (value: unknown): readonly unknown[] => Object.values(objectOf(value) ?? { of: value })

function thousandth(value: unknown): unknown {
  if (!(value instanceof ExactNumber)) return value
  const [digits = '', power = '0'] = value.source.split(/e/i)
  return new ExactNumber(`${digits}e${Number(power) - 3}`)
}

/** The figures of prices by range of the prompt: each range is a card for prompts longer than its beginning. */
function tieredFigures(value: unknown): FigureReading {
  if (value === undefined || value === null) return NO_FIGURES
  const unordered = 'its tiered_pricing has no ranges of prompt tokens that follow one another'
  if (!Array.isArray(value)) return { ...NO_FIGURES, refused: unordered }
  const figures: ListedFigure[] = []
  const faults: string[] = []
  let refused: string | undefined
  let end = 0
  for (const entry of value) {
    const { range, ...told } = objectOf(entry) ?? {}
    const [from = -1, to = -1] = Array.isArray(range) ? range.map(readBound) : []
    const read = fieldFigures(told)
    const isNext = from === end && to > from && !('max_results_range' in told) && !read.figures.some((figure) => figure.inputAbove > 0)
    refused ??= isNext ? read.refused : unordered
    figures.push(...read.figures.map((figure) => ({ ...figure, inputAbove: Math.max(from, 0) })))
    faults.push(...read.faults)
    end = to
  }
  return { figures, faults, refused }
}

const NO_FIGURES: FigureReading = { figures: [], faults: [], refused: undefined }

function readBound(value: unknown): number | undefined {
  const bound = value instanceof ExactNumber ? Number(value.source) : Number.NaN
  return Number.isSafeInteger(bound) && bound >= 0 && bound <= PROMPT_MAX ? bound : undefined
}

/** What the modes mean by their fields. */
function adjust(figures: readonly ListedFigure[], mode: unknown): readonly ListedFigure[] {
  if (mode === 'embedding') {
    const told = figures.filter((figure) => figure.name !== 'output' || isCharge(figure.value))
    return told.map((figure) => (figure.name === 'input' ? { ...figure, name: 'embedding' } : figure))
  }
  // Where images are priced by their tokens, the price of one is the same amount told again.
  const isByTokens = figures.some((figure) => figure.name === 'image_output' && isCharge(figure.value))
  const once = isByTokens ? figures.filter((figure) => figure.name !== 'image') : figures
  if (!IMAGE_MODES.has(mode) && mode !== 'audio_speech') return once
  const told = once.filter((figure) => PRICED_BY_TOKENS.has(figure.name) === false || isCharge(figure.value))
  if (told.some((figure) => figure.name === 'output')) return told
  // A model that makes images or speech alone: the list has no price for text, and what little there is costs the same.
  return [
    ...told,
    ...told
      .filter((figure) => figure.name === 'image_output' || figure.name === 'audio_output')
      .map((figure) => ({ ...figure, name: 'output' as const })),
  ]
}

const PRICED_BY_TOKENS: ReadonlySet<PriceClassName> = new Set(['input', 'output'])
