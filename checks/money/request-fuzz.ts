import type { SeededRandom } from '../../sim/index.ts'

/** A made-up request, and the most its provider can bill for it, from what it holds and not from how we read it. */
export type MadeRequest = {
  readonly protocol: 'openai' | 'anthropic'
  readonly body: Buffer
  /** Tokens of the prompt at most: one for each byte of text, the provider's own overhead, its dearest count for pictures. */
  readonly promptMax: number
  /** Whether the prompt holds what has no bound but the context: files, audio, what tools of the provider find. */
  readonly isUnbounded: boolean
  readonly writesCache: boolean
  /** Output tokens at most for each answer; undefined for the model's own bound. */
  readonly outputMax: number | undefined
  readonly choices: number
  /** Output tokens beyond that: those of a prediction that was not used. */
  readonly outputExtra: number
}

/** Tokens a provider adds by itself. Sources: OpenAI cookbook (messages, names), Anthropic's tool use overview (tools), 2026-11. */
const PER_MESSAGE = 4
const PER_REQUEST = 8
const TOOL_PROMPT = 806
const IMAGE = { openai: 2833 + 8 * 5667, anthropic: 4784 } as const

/** What a made-up request grows by while it is written. */
type Draft = { promptMax: number; isUnbounded: boolean; writesCache: boolean; readonly random: SeededRandom }

const bytesOf = (text: string): number => Buffer.byteLength(text)

/** A seeded request of some protocol: any fields that cost, texts of any script, in any JSON spelling. */
export function makeRequest(random: SeededRandom): MadeRequest {
  const protocol = random.pick<MadeRequest['protocol']>(['openai', 'anthropic'])
  const draft: Draft = { promptMax: PER_REQUEST, isUnbounded: false, writesCache: protocol === 'openai', random }
  const count = 1 + random.below(6)
  const messages = Array.from({ length: count }, () => makeMessage(draft, protocol))
  const tools = random.below(4) === 0 ? makeTools(draft, protocol) : undefined
  const made = protocol === 'openai' ? openaiFields(draft) : anthropicFields(draft)
  const fields = { model: 'm', messages, ...(tools === undefined ? {} : { tools }), ...made.fields }
  const { outputMax, choices, outputExtra } = made
  const { promptMax, isUnbounded, writesCache } = draft
  return { protocol, body: spell(fields, random), promptMax, isUnbounded, writesCache, outputMax, choices, outputExtra }
}

type Made = Pick<MadeRequest, 'outputMax' | 'choices' | 'outputExtra'> & { readonly fields: Readonly<Record<string, unknown>> }

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
  if (random.below(20) === 0) {
    fields['web_search_options'] = {}
    draft.isUnbounded = true
  }
  if (random.below(4) === 0) fields['temperature'] = random.below(20) / 10
  const prediction = random.below(10) === 0 ? someText(random) : undefined
  if (prediction !== undefined) fields['prediction'] = { type: 'content', content: prediction }
  const outputMax = bounds.length === 0 ? undefined : Math.max(...bounds)
  return { fields, outputMax, choices, outputExtra: prediction === undefined ? 0 : bytesOf(prediction) }
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
  return { fields, outputMax, choices: 1, outputExtra: 0 }
}

/** A mark that the prompt be cached, now and then; one in `every` gets it. */
function cacheControl(draft: Draft, every = 4): Readonly<Record<string, unknown>> {
  if (draft.random.below(every) !== 0) return {}
  draft.writesCache = true
  return { cache_control: { type: 'ephemeral', ...(draft.random.below(2) === 0 ? { ttl: '1h' } : {}) } }
}

function makeMessage(draft: Draft, protocol: MadeRequest['protocol']): unknown {
  const { random } = draft
  const role = random.pick(['user', 'assistant'])
  draft.promptMax += PER_MESSAGE + bytesOf(role)
  if (random.below(2) === 0) return { role, content: addText(draft) }
  const parts = Array.from({ length: 1 + random.below(4) }, () => (protocol === 'openai' ? openaiPart(draft) : anthropicPart(draft)))
  return { role, content: parts, ...(protocol === 'openai' && random.below(5) === 0 ? { name: addText(draft, 20) } : {}) }
}

function addText(draft: Draft, lengthMax?: number): string {
  const text = someText(draft.random, lengthMax)
  draft.promptMax += bytesOf(text)
  return text
}

function openaiPart(draft: Draft): unknown {
  const kind = draft.random.below(12)
  if (kind === 0) {
    draft.promptMax += IMAGE.openai
    return { type: 'image_url', image_url: { url: 'https://example.org/a.png', detail: 'high' } }
  }
  if (kind === 1) {
    draft.isUnbounded = true
    return { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }
  }
  if (kind === 2) {
    draft.isUnbounded = true
    return { type: 'file', file: { file_id: 'file-1' } }
  }
  return { type: 'text', text: addText(draft) }
}

function anthropicPart(draft: Draft): unknown {
  const kind = draft.random.below(12)
  if (kind === 0) {
    draft.promptMax += IMAGE.anthropic
    return { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' }, ...cacheControl(draft) }
  }
  if (kind === 1) {
    draft.isUnbounded = true
    return { type: 'document', source: { type: 'file', file_id: 'file_1' }, ...cacheControl(draft) }
  }
  if (kind === 2)
    return { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: addText(draft), ...cacheControl(draft) }] }
  return { type: 'text', text: addText(draft), ...cacheControl(draft) }
}

function makeTools(draft: Draft, protocol: MadeRequest['protocol']): unknown {
  const { random } = draft
  draft.promptMax += TOOL_PROMPT
  return Array.from({ length: 1 + random.below(3) }, () => {
    const schema = { type: 'object', properties: { place: { type: 'string', description: someText(random, 60) } } }
    const tool = { name: 'look_up', description: someText(random, 100) }
    draft.promptMax += bytesOf(JSON.stringify({ ...tool, schema }))
    if (protocol === 'openai') return { type: 'function', function: { ...tool, parameters: schema } }
    if (random.below(6) > 0) return { ...tool, input_schema: schema, ...cacheControl(draft) }
    draft.isUnbounded = true
    return { type: 'web_search_20250305', name: 'web_search' }
  })
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
