import type { SimProtocol } from '../../sim/index.ts'
import { bytesOf, type FuzzModel, type InputClass, PER_MESSAGE, PER_REQUEST, TOOL_PROMPT } from './request-draft.ts'

/** What a provider reads of a request, from its body alone and not from how we read it. */
export type Prompt = {
  /** Tokens at most: one for each byte of text, the provider's own overhead, its dearest count for pictures. */
  readonly tokensMax: number
  /** Whether it holds what has no bound but the context. */
  readonly isUnbounded: boolean
  readonly hasPictures: boolean
  /** Whether it names a tool that the provider runs. */
  readonly hasServerTool: boolean
  readonly inputClasses: readonly InputClass[]
}

type Fields = Readonly<Record<string, unknown>>
type Draft = { tokens: number; isUnbounded: boolean; hasPictures: boolean; readonly read: Set<InputClass> }
type Reading = { readonly protocol: SimProtocol; readonly upstream: FuzzModel; readonly draft: Draft }

/** Reads a body as its provider does. */
export function readPrompt(body: Fields, protocol: SimProtocol, upstream: FuzzModel): Prompt {
  const isOpenai = protocol.startsWith('openai')
  const read = new Set<InputClass>(['input', 'cacheRead', ...(isOpenai ? (['cacheWrite5m'] as const) : [])])
  const draft: Draft = { tokens: PER_REQUEST, isUnbounded: false, hasPictures: false, read }
  const reading = { protocol, upstream, draft }
  for (const name of ['system', 'instructions', 'systemInstruction']) if (body[name] !== undefined) readText(body[name], reading)
  for (const message of listOf(body['messages'] ?? body['input'] ?? body['contents'])) {
    draft.tokens += PER_MESSAGE
    readText(message, reading)
  }
  const tools = listOf(body['tools'])
  if (tools.length > 0) draft.tokens += TOOL_PROMPT
  for (const tool of tools) if (isOwn(tool)) draft.tokens += bytesOf(JSON.stringify(definitionOf(tool)))
  const hasServerTool = tools.some((tool) => !isOwn(tool)) || body['web_search_options'] !== undefined
  // What others find is told to the model in words.
  if (hasServerTool) addUnbounded(draft, protocol === 'gemini' ? ANYTHING : [])
  const text = JSON.stringify(body)
  if (protocol === 'anthropic' && text.includes('"cache_control":')) read.add('cacheWrite5m')
  if (protocol === 'anthropic' && text.includes('"ttl":"1h"')) read.add('cacheWrite1h')
  return {
    ...{ tokensMax: draft.tokens, isUnbounded: draft.isUnbounded, hasPictures: draft.hasPictures, hasServerTool },
    inputClasses: [...read],
  }
}

const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? (value as readonly Fields[]) : [])

/** Whether a tool is one that the client runs. */
const isOwn = (tool: Fields): boolean =>
  tool['type'] === 'function' || tool['type'] === 'custom' || 'input_schema' in tool || 'functionDeclarations' in tool

/** What a model reads of a tool: its name, its words and its schema. */
const definitionOf = (tool: Fields): unknown =>
  tool['function'] ?? tool['functionDeclarations'] ?? { ...tool, type: undefined, cache_control: undefined }

/** Members that are the words of somebody; objects in them are read as their JSON. */
const WORDS: ReadonlySet<string> = new Set([
  ...['role', 'text', 'content', 'arguments', 'name', 'input', 'output', 'refusal', 'thinking', 'title'],
  ...['args', 'response', 'instructions', 'system'],
])
const DATA: ReadonlySet<string> = new Set(['args', 'response'])

/** Media of each protocol, by the type of a part. */
const PICTURES: ReadonlySet<unknown> = new Set(['image', 'image_url', 'input_image'])
const FILES: ReadonlySet<unknown> = new Set(['file', 'input_file'])
/** What files, and what tools of Google's find, may hold. */
const ANYTHING: readonly InputClass[] = ['imageInput', 'audioInput']

function readText(value: unknown, reading: Reading): void {
  const { draft } = reading
  if (typeof value === 'string') draft.tokens += bytesOf(value)
  else if (Array.isArray(value)) for (const inner of value) readText(inner, reading)
  else if (typeof value === 'object' && value !== null) readPart(value as Fields, reading)
}

function readPart(part: Fields, reading: Reading): void {
  const { draft } = reading
  const { type } = part
  if (PICTURES.has(type)) readPicture(part, reading)
  else if (type === 'input_audio') addUnbounded(draft, ['audioInput'])
  else if (FILES.has(type) || part['fileData'] !== undefined) addUnbounded(draft, ANYTHING)
  else if (type === 'document') readDocument(part, reading)
  else if (part['inlineData'] !== undefined) readInline(part['inlineData'] as Fields, reading)
  else if (type === 'tool_use') draft.tokens += bytesOf(String(part['name']) + JSON.stringify(part['input']))
  else {
    for (const [name, inner] of Object.entries(part)) {
      if (DATA.has(name)) draft.tokens += bytesOf(JSON.stringify(inner))
      else if (WORDS.has(name) || (typeof inner === 'object' && name !== 'cache_control')) readText(inner, reading)
    }
  }
}

function readPicture(part: Fields, { draft, upstream, protocol }: Reading): void {
  const told = (part['image_url'] ?? {}) as Fields | string
  const detail = typeof told === 'string' ? part['detail'] : (told['detail'] ?? part['detail'])
  draft.tokens += detail === 'low' ? upstream.low : upstream.most
  draft.hasPictures = true
  if (protocol !== 'anthropic') draft.read.add('imageInput')
}

/** Files, sound, and what the provider's tools find. */
function addUnbounded(draft: Draft, classes: readonly InputClass[]): void {
  draft.isUnbounded = true
  for (const name of classes) draft.read.add(name)
}

function readDocument(part: Fields, reading: Reading): void {
  const source = part['source'] as Fields
  if (source['type'] !== 'text') addUnbounded(reading.draft, [])
  else reading.draft.tokens += textBytes(source['data']) + textBytes(part['title'])
}

function readInline(inline: Fields, reading: Reading): void {
  const type = String(inline['mimeType'])
  if (type.startsWith('text/')) reading.draft.tokens += Buffer.from(String(inline['data']), 'base64').length
  else if (type.startsWith('image/')) readPicture({}, reading)
  else addUnbounded(reading.draft, ANYTHING)
}

const textBytes = (value: unknown): number => (typeof value === 'string' ? bytesOf(value) : 0)
