import type { SeededRandom, SimProtocol } from '../../sim/index.ts'
import type { ServiceTier } from '../../src/spec/index.ts'
import { geminiContent, geminiFields, geminiTools } from './gemini-request-fuzz.ts'
import {
  addPicture,
  addText,
  bytesOf,
  type Draft,
  type FuzzModel,
  type InputClass,
  type Made,
  type MadeRequest,
  MODELS,
  type OutputClass,
  PER_MESSAGE,
  PER_REQUEST,
  pictureData,
  pictureUrl,
  someText,
  spell,
  TOOL_PROMPT,
  USUAL,
} from './request-draft.ts'
import { responsesFields, responsesItem, responsesPart, responsesTool } from './responses-request-fuzz.ts'

export type { MadeRequest } from './request-draft.ts'

/** A seeded request of some protocol: any fields that cost, texts of any script, in any JSON spelling. */
export function makeRequest(random: SeededRandom): MadeRequest {
  const protocol = random.pick<SimProtocol>(['openai', 'openai-responses', 'anthropic', 'gemini'])
  const draft: Draft = {
    ...{ promptMax: PER_REQUEST, isUnbounded: false, endlessTools: 0, usualMedia: 0, hasPictures: false, mapsMax: 0 },
    searchesMax: protocol === 'openai' ? 1 : 0,
    model: random.pick<FuzzModel>(MODELS[protocol]),
    read: new Set<InputClass>(['input', 'cacheRead', ...(protocol.startsWith('openai') ? (['cacheWrite5m'] as const) : [])]),
    made: new Set<OutputClass>(['output']),
    random,
  }
  if (protocol === 'gemini') return finished(draft, protocol, geminiRequest(draft))
  const count = 1 + random.below(6)
  const messages = Array.from({ length: count }, () => makeMessage(draft, protocol))
  const tools = random.below(4) === 0 ? makeTools(draft, protocol) : undefined
  const { fields, ...made } = FIELDS[protocol](draft)
  const asked = protocol === 'openai-responses' ? { input: messages } : { messages }
  return finished(draft, protocol, { ...made, fields: { model: 'm', ...asked, ...(tools === undefined ? {} : { tools }), ...fields } })
}

function finished(draft: Draft, protocol: SimProtocol, { fields, ...made }: Made): MadeRequest {
  const { promptMax, isUnbounded, endlessTools, searchesMax, mapsMax, usualMedia, hasPictures, model, read, random } = draft
  const body = spell(fields, random)
  return {
    ...{ protocol, body, promptMax, isUnbounded, endlessTools, searchesMax, mapsMax, usualMedia, ...made },
    ...{ upstreamModel: model.name, inputClasses: [...read], outputClasses: [...draft.made] },
    kind: isUnbounded ? 'unbounded' : hasPictures ? 'pictures' : 'text',
  }
}

function geminiRequest(draft: Draft): Made {
  const { random } = draft
  const contents = Array.from({ length: 1 + random.below(6) }, () => geminiContent(draft))
  const tools = random.below(4) === 0 ? { tools: geminiTools(draft) } : {}
  const { fields, ...made } = geminiFields(draft)
  return { ...made, fields: { contents, ...tools, ...fields } }
}

/** What has messages with parts in them. */
type Chat = Exclude<SimProtocol, 'gemini'>

const FIELDS = { openai: openaiFields, 'openai-responses': responsesFields, anthropic: anthropicFields } as const
const PARTS = { openai: openaiPart, 'openai-responses': responsesPart, anthropic: anthropicPart } as const

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

function makeMessage(draft: Draft, protocol: Chat): unknown {
  const { random } = draft
  const role = random.pick(['user', 'assistant'])
  draft.promptMax += PER_MESSAGE + bytesOf(role)
  if (random.below(2) === 0) return { role, content: addText(draft) }
  if (protocol === 'openai-responses' && random.below(6) === 0) return responsesItem(draft)
  const parts = Array.from({ length: 1 + random.below(4) }, () => PARTS[protocol](draft))
  return { role, content: parts, ...(protocol === 'openai' && random.below(5) === 0 ? { name: addText(draft, 20) } : {}) }
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

function makeTools(draft: Draft, protocol: Chat): unknown {
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

function serverTool(draft: Draft, protocol: Chat): unknown {
  const { random } = draft
  draft.isUnbounded = true
  draft.usualMedia += USUAL.search
  if (protocol === 'openai') {
    draft.searchesMax = 50
    draft.endlessTools += 1
    return { type: 'live_search', sources: [{ type: 'web' }] }
  }
  if (protocol === 'openai-responses') return responsesTool(draft)
  const uses = random.below(2) === 0 ? {} : { max_uses: 1 + random.below(12) }
  const kind = random.below(3)
  if (kind === 0) return { type: 'web_search_20250305', name: 'web_search', ...uses, ...cacheControl(draft) }
  if (kind === 1) return { name: 'web_fetch', ...uses, type: 'web_fetch_20250910', citations: { enabled: true } }
  draft.endlessTools += 1
  return { type: 'code_execution_20250825', name: 'code_execution' }
}
