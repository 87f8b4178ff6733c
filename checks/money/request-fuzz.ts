import type { SeededRandom, SimProtocol } from '../../sim/index.ts'
import type { INPUT_CLASSES, OUTPUT_CLASSES, ServiceTier } from '../../src/spec/index.ts'

type InputClass = (typeof INPUT_CLASSES)[number]
type OutputClass = (typeof OUTPUT_CLASSES)[number]

/** A made-up request, and the most its provider can bill for it, from what it holds and not from how we read it. */
export type MadeRequest = {
  readonly protocol: SimProtocol
  readonly body: Buffer
  /** The model that the upstream knows. */
  readonly upstreamModel: string
  /** Tokens of the prompt at most: one for each byte of text, the provider's own overhead, its dearest count for pictures. */
  readonly promptMax: number
  /** Whether the prompt holds what has no bound but the context: files, sound, what tools of the provider find. */
  readonly isUnbounded: boolean
  /** Tools of the provider that the request names and that have no `max_uses` to end them. */
  readonly endlessTools: number
  readonly inputClasses: readonly InputClass[]
  readonly outputClasses: readonly OutputClass[]
  /** Searches that OpenAI's kin may bill; Anthropic's follow from `max_uses`, those of responses from `max_tool_calls`. */
  readonly searchesMax: number
  /** Output tokens at most for each answer; undefined for the model's own bound. */
  readonly outputMax: number | undefined
  readonly choices: number
  /** Output tokens beyond that: those of a prediction that was not used. */
  readonly outputExtra: number
  readonly serviceTier: ServiceTier
  /** What media and searches come to in a call as they mostly are, in tokens of the prompt. */
  readonly usualMedia: number
  readonly kind: 'text' | 'pictures' | 'unbounded'
}

/** Tokens a provider adds by itself. Sources: OpenAI cookbook (messages, names), Anthropic's tool use overview (tools), 2026-11. */
const PER_MESSAGE = 4
const PER_REQUEST = 8
const TOOL_PROMPT = 806

/** One picture in each model: at its dearest, at low detail where that is heeded, and one of a megapixel. */
const MODELS = {
  openai: [
    { name: 'gpt-4o', most: 85 + 8 * 170, low: 85, usual: 765 },
    { name: 'gpt-4o-mini-2024-07-18', most: 2833 + 8 * 5667, low: 2833, usual: 2833 + 4 * 5667 },
    { name: 'gpt-4.1-nano', most: Math.ceil(1536 * 2.46), low: Math.ceil(256 * 2.46), usual: Math.ceil(1024 * 2.46) },
    { name: 'gpt-5.4-mini', most: 16_200, low: Math.ceil(256 * 1.62), usual: Math.ceil(1024 * 1.62) },
    { name: 'qwen3-vl-plus', most: 16_384, low: 16_384, usual: 1_000 },
  ],
  'openai-responses': [
    { name: 'gpt-4o', most: 85 + 8 * 170, low: 85, usual: 765 },
    { name: 'gpt-5.4-mini', most: 16_200, low: Math.ceil(256 * 1.62), usual: Math.ceil(1024 * 1.62) },
    { name: 'qwen3-vl-plus', most: 16_384, low: 16_384, usual: 1_000 },
  ],
  anthropic: [
    { name: 'claude-sonnet-4-5-20250929', most: 1_568, low: 1_568, usual: 1_400 },
    { name: 'claude-opus-5', most: 4_784, low: 4_784, usual: 1_400 },
    { name: 'vision-m2', most: 16_384, low: 16_384, usual: 1_000 },
  ],
} as const
type FuzzModel = { readonly name: string; readonly most: number; readonly low: number; readonly usual: number }

/** A file of ten pages, a minute of sound, and what a search finds (as in recorded replies). */
const USUAL = { file: 20_000, sound: 600, search: 12_000 } as const

/** What a made-up request grows by while it is written. */
type Draft = {
  promptMax: number
  isUnbounded: boolean
  endlessTools: number
  searchesMax: number
  usualMedia: number
  hasPictures: boolean
  readonly model: FuzzModel
  readonly read: Set<InputClass>
  readonly made: Set<OutputClass>
  readonly random: SeededRandom
}

const bytesOf = (text: string): number => Buffer.byteLength(text)

/** A seeded request of some protocol: any fields that cost, texts of any script, in any JSON spelling. */
export function makeRequest(random: SeededRandom): MadeRequest {
  const protocol = random.pick<SimProtocol>(['openai', 'openai-responses', 'anthropic'])
  const draft: Draft = {
    ...{ promptMax: PER_REQUEST, isUnbounded: false, endlessTools: 0, usualMedia: 0, hasPictures: false },
    searchesMax: protocol === 'openai' ? 1 : 0,
    model: random.pick<FuzzModel>(MODELS[protocol]),
    read: new Set<InputClass>(['input', 'cacheRead', ...(protocol === 'anthropic' ? [] : (['cacheWrite5m'] as const))]),
    made: new Set<OutputClass>(['output']),
    random,
  }
  const count = 1 + random.below(6)
  const messages = Array.from({ length: count }, () => makeMessage(draft, protocol))
  const tools = random.below(4) === 0 ? makeTools(draft, protocol) : undefined
  const { fields, ...made } = FIELDS[protocol](draft)
  const asked = protocol === 'openai-responses' ? { input: messages } : { messages }
  const body = spell({ model: 'm', ...asked, ...(tools === undefined ? {} : { tools }), ...fields }, random)
  const { promptMax, isUnbounded, endlessTools, searchesMax, usualMedia, hasPictures, model, read } = draft
  return {
    ...{ protocol, body, promptMax, isUnbounded, endlessTools, searchesMax, usualMedia, ...made },
    ...{ upstreamModel: model.name, inputClasses: [...read], outputClasses: [...draft.made] },
    kind: isUnbounded ? 'unbounded' : hasPictures ? 'pictures' : 'text',
  }
}

const FIELDS = { openai: openaiFields, 'openai-responses': responsesFields, anthropic: anthropicFields } as const
const PARTS = { openai: openaiPart, 'openai-responses': responsesPart, anthropic: anthropicPart } as const

type Made = Pick<MadeRequest, 'outputMax' | 'choices' | 'outputExtra' | 'serviceTier'> & {
  readonly fields: Readonly<Record<string, unknown>>
}

function openaiFields(draft: Draft): Made {
  const { random } = draft
  const fields: Record<string, unknown> = {}
  const bounds: number[] = []
  for (const name of ['max_tokens', 'max_completion_tokens']) {
    if (random.below(3) > 0) continue
    const bound = 1 + random.below(random.below(4) === 0 ? 1_000_000 : 2000)
    fields[name] = bound
    bounds.push(bound)
  }
  const choices = random.below(5) === 0 ? 1 + random.below(128) : 1
  if (choices > 1) fields['n'] = choices
  if (random.below(3) === 0) fields['stream'] = true
  if (random.below(4) === 0) fields['temperature'] = random.below(20) / 10
  addSearch(draft, fields)
  addModalities(draft, fields)
  const prediction = random.below(10) === 0 ? someText(random) : undefined
  if (prediction !== undefined) fields['prediction'] = { type: 'content', content: prediction }
  const serviceTier = random.below(4) === 0 ? random.pick<ServiceTier>(['flex', 'priority']) : 'standard'
  if (serviceTier !== 'standard') fields['service_tier'] = serviceTier
  else if (random.below(4) === 0) fields['service_tier'] = random.pick(['auto', 'default', 'on_demand'])
  const outputMax = bounds.length === 0 ? undefined : Math.max(...bounds)
  return { fields, outputMax, choices, outputExtra: prediction === undefined ? 0 : bytesOf(prediction) * choices, serviceTier }
}

function addSearch(draft: Draft, fields: Record<string, unknown>): void {
  const kind = draft.random.below(20)
  if (kind > 1) return
  const sources = 1 + draft.random.below(50)
  if (kind === 0) fields['web_search_options'] = { search_context_size: 'high' }
  else fields['search_parameters'] = { mode: 'on', max_search_results: sources }
  draft.searchesMax = kind === 0 ? 1 : sources
  draft.isUnbounded = true
  draft.usualMedia += USUAL.search
}

function addModalities({ random, made }: Draft, fields: Record<string, unknown>): void {
  const kind = random.below(20)
  if (kind === 0) Object.assign(fields, { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } })
  if (kind === 1) fields['modalities'] = ['image', 'text']
  if (kind === 2) fields['modalities'] = ['text']
  if (kind === 0) made.add('audioOutput')
  if (kind === 1) made.add('imageOutput')
}

function responsesFields(draft: Draft): Made {
  const { random } = draft
  const fields: Record<string, unknown> = {}
  const outputMax = random.below(2) === 0 ? undefined : 1 + random.below(random.below(4) === 0 ? 1_000_000 : 2000)
  if (outputMax !== undefined) fields['max_output_tokens'] = outputMax
  if (random.below(3) === 0) {
    const instructions = someText(random)
    draft.promptMax += bytesOf(instructions) + PER_MESSAGE
    fields['instructions'] = instructions
  }
  if (random.below(3) === 0) fields['stream'] = true
  if (random.below(3) === 0) fields['store'] = random.below(2) === 0
  if (random.below(4) === 0) fields['reasoning'] = { effort: random.pick(['low', 'high']), summary: 'auto' }
  if (random.below(6) === 0) fields['max_tool_calls'] = 1 + random.below(12)
  const serviceTier = random.below(4) === 0 ? random.pick<ServiceTier>(['flex', 'priority']) : 'standard'
  if (serviceTier !== 'standard') fields['service_tier'] = serviceTier
  return { fields, outputMax, choices: 1, outputExtra: 0, serviceTier }
}

function anthropicFields(draft: Draft): Made {
  const { random } = draft
  const outputMax = 1 + random.below(random.below(4) === 0 ? 1_000_000 : 2000)
  const fields: Record<string, unknown> = { max_tokens: outputMax }
  if (random.below(3) === 0) {
    const system = someText(random)
    draft.promptMax += bytesOf(system) + PER_MESSAGE
    fields['system'] = random.below(2) === 0 ? system : [{ type: 'text', text: system, ...cacheControl(draft) }]
  }
  if (random.below(3) === 0) fields['stream'] = true
  if (random.below(12) === 0) Object.assign(fields, cacheControl(draft, 1))
  if (random.below(8) === 0) fields['service_tier'] = random.pick(['auto', 'standard_only'])
  return { fields, outputMax, choices: 1, outputExtra: 0, serviceTier: 'standard' }
}

/** A mark that the prompt be cached, now and then; one in `every` gets it. */
function cacheControl(draft: Draft, every = 4): Readonly<Record<string, unknown>> {
  if (draft.random.below(every) !== 0) return {}
  const lifetime = draft.random.pick<{ readonly ttl?: string }>([{}, { ttl: '5m' }, { ttl: '1h' }])
  draft.read.add('cacheWrite5m')
  if (lifetime.ttl === '1h') draft.read.add('cacheWrite1h')
  return { cache_control: { type: 'ephemeral', ...lifetime } }
}

function makeMessage(draft: Draft, protocol: MadeRequest['protocol']): unknown {
  const { random } = draft
  const role = random.pick(['user', 'assistant'])
  draft.promptMax += PER_MESSAGE + bytesOf(role)
  if (random.below(2) === 0) return { role, content: addText(draft) }
  if (protocol === 'openai-responses' && random.below(6) === 0) return responsesItem(draft)
  const parts = Array.from({ length: 1 + random.below(4) }, () => PARTS[protocol](draft))
  return { role, content: parts, ...(protocol === 'openai' && random.below(5) === 0 ? { name: addText(draft, 20) } : {}) }
}

function addText(draft: Draft, lengthMax?: number): string {
  const text = someText(draft.random, lengthMax)
  draft.promptMax += bytesOf(text)
  return text
}

/** A picture within the request, or the address of one. */
const pictureUrl = (random: SeededRandom): string =>
  random.below(2) === 0 ? 'https://example.org/a.png' : `data:image/png;base64,${pictureData(random)}`

const pictureData = (random: SeededRandom): string => 'iVBORw0KGgo'.repeat(1 + random.below(2000))

function addPicture(draft: Draft, isLow: boolean): void {
  draft.promptMax += isLow ? draft.model.low : draft.model.most
  draft.usualMedia += isLow ? draft.model.low : draft.model.usual
  draft.hasPictures = true
}

function openaiPart(draft: Draft): unknown {
  const { random } = draft
  const kind = random.below(16)
  if (kind === 0) {
    const detail = random.pick(['high', 'low', 'auto'])
    addPicture(draft, detail === 'low')
    draft.read.add('imageInput')
    return { type: 'image_url', image_url: { url: pictureUrl(random), detail } }
  }
  if (kind > 2) return { type: 'text', text: addText(draft) }
  draft.isUnbounded = true
  draft.usualMedia += kind === 1 ? USUAL.sound : USUAL.file
  draft.read.add('audioInput')
  if (kind === 1) return { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }
  draft.read.add('imageInput')
  return { type: 'file', file: { file_id: 'file-1' } }
}

/** What was called and what came of it, among it a picture now and then. */
function responsesItem(draft: Draft): unknown {
  const { random } = draft
  if (random.below(2) === 0) return { type: 'function_call', call_id: 'call_1', name: addText(draft, 20), arguments: addText(draft) }
  const output = random.below(2) === 0 ? addText(draft) : [responsesPart(draft), responsesPart(draft)]
  return { type: 'function_call_output', call_id: 'call_1', output }
}

function responsesPart(draft: Draft): unknown {
  const { random } = draft
  const kind = random.below(16)
  if (kind === 0) {
    const detail = random.pick(['high', 'low', 'auto', undefined])
    addPicture(draft, detail === 'low')
    draft.read.add('imageInput')
    const members = [{ type: 'input_image' }, { image_url: pictureUrl(random) }, detail === undefined ? {} : { detail }]
    return Object.assign({}, ...(random.below(2) === 0 ? members : members.toReversed()))
  }
  if (kind > 2) return { type: 'input_text', text: addText(draft) }
  draft.isUnbounded = true
  draft.usualMedia += kind === 1 ? USUAL.sound : USUAL.file
  draft.read.add('audioInput')
  if (kind === 1) return { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }
  draft.read.add('imageInput')
  const file = random.pick<object>([
    { file_id: 'file-1' },
    { file_url: 'https://example.org/a.pdf' },
    { file_data: 'data:application/pdf;base64,AA' },
  ])
  return { type: 'input_file', ...file }
}

function anthropicPart(draft: Draft): unknown {
  const { random } = draft
  const kind = random.below(16)
  if (kind === 0) {
    addPicture(draft, false)
    return { type: 'image', source: pictureSource(random), ...cacheControl(draft) }
  }
  if (kind === 1) {
    draft.isUnbounded = true
    draft.usualMedia += USUAL.file
    return { type: 'document', source: { type: 'file', file_id: 'file_1' }, ...cacheControl(draft) }
  }
  if (kind === 2) return { type: 'tool_result', tool_use_id: 'toolu_1', content: [resultBlock(draft)] }
  // What a tool is called with is text, whatever its members are called.
  if (kind === 3) return { type: 'tool_use', id: 'toolu_1', name: 'x', input: { source: { data: addText(draft) }, data: addText(draft) } }
  return { type: 'text', text: addText(draft), ...cacheControl(draft) }
}

const pictureSource = (random: SeededRandom): unknown =>
  random.below(2) === 0
    ? { type: 'url', url: 'https://example.org/a.png' }
    : { type: 'base64', media_type: 'image/png', data: pictureData(random) }

function resultBlock(draft: Draft): unknown {
  if (draft.random.below(3) > 0) return { type: 'text', text: addText(draft), ...cacheControl(draft) }
  addPicture(draft, false)
  return { type: 'image', source: pictureSource(draft.random) }
}

function makeTools(draft: Draft, protocol: MadeRequest['protocol']): unknown {
  const { random } = draft
  draft.promptMax += TOOL_PROMPT
  return Array.from({ length: 1 + random.below(3) }, () => {
    if (random.below(8) === 0) return serverTool(draft, protocol)
    const schema = { type: 'object', properties: { place: { type: 'string', description: someText(random, 60) } } }
    const tool = { name: 'look_up', description: someText(random, 100) }
    draft.promptMax += bytesOf(JSON.stringify({ ...tool, schema }))
    if (protocol === 'openai') return { type: 'function', function: { ...tool, parameters: schema } }
    if (protocol === 'openai-responses') return { type: 'function', ...tool, parameters: schema }
    return { ...tool, input_schema: schema, ...cacheControl(draft) }
  })
}

function serverTool(draft: Draft, protocol: MadeRequest['protocol']): unknown {
  const { random } = draft
  draft.isUnbounded = true
  draft.usualMedia += USUAL.search
  if (protocol === 'openai') {
    draft.searchesMax = 50
    draft.endlessTools += 1
    return { type: 'live_search', sources: [{ type: 'web' }] }
  }
  if (protocol === 'openai-responses') {
    const type = random.pick(['web_search', 'web_search_preview', 'file_search', 'code_interpreter', 'mcp', 'image_generation'])
    if (type === 'image_generation') {
      draft.read.add('imageInput')
      draft.made.add('imageOutput')
    }
    return { type }
  }
  const uses = random.below(2) === 0 ? {} : { max_uses: 1 + random.below(12) }
  const kind = random.below(3)
  if (kind === 0) return { type: 'web_search_20250305', name: 'web_search', ...uses, ...cacheControl(draft) }
  if (kind === 1) return { name: 'web_fetch', ...uses, type: 'web_fetch_20250910', citations: { enabled: true } }
  draft.endlessTools += 1
  return { type: 'code_execution_20250825', name: 'code_execution' }
}

const PIECES = [
  ...[
    'the ferry ',
    'fare',
    ' ',
    '\n',
    '\t\t\t\t',
    '{"a":[1,2]}',
    '0123456789',
    '渡船需要四十分钟',
    'Füße',
    'ё',
    '👩‍👩‍👧‍👦',
    '\u{1F6A2}',
    '"',
    '\\',
    '\u0000',
    '\u007f',
  ],
  ...['\u2028', '\uFEFF', '<|endoftext|>', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '://', 'ﷺ', '\u0301'],
] as const

function someText(random: SeededRandom, lengthMax = 400): string {
  const pieces: string[] = []
  for (let left = random.below(lengthMax); left > 0; left -= 8) pieces.push(random.pick(PIECES))
  return pieces.join('')
}

/** JSON of the request: plain, with every character escaped that can be, or spaced out. */
function spell(fields: object, random: SeededRandom): Buffer {
  const kind = random.below(4)
  const plain = JSON.stringify(fields, undefined, kind === 0 ? 2 : undefined)
  if (kind !== 1) return Buffer.from(plain)
  return Buffer.from(plain.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`))
}
