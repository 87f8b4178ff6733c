import type { Json, JsonObject } from './call.ts'
import { carriedIn } from './carried-thought.ts'
import { carriedInBytes } from './gemini/index.ts'
import { isObject, parseJson, textIn } from './json.ts'
import { makeLosses } from './loss.ts'

/** A request without thoughts that its upstream did not make, and the paths of what was taken out. */
export type Cleaned = { readonly body: Buffer; readonly dropped: readonly string[] }

/** Where a protocol has its turns, what it calls the parts of one, and what remains of a part. */
type Place = {
  readonly turns: string
  /** undefined: a turn is its own part. */
  readonly parts: string | undefined
  /** What some record of ours begins with in a body. */
  readonly mark: string
  /** undefined: nothing of it. The same object: all of it. */
  readonly kept: (part: JsonObject) => JsonObject | undefined
}

const isCarried = (part: JsonObject, name: string): boolean => carriedIn(textIn(part, name)) !== undefined

const ANTHROPIC: Place = {
  ...{ turns: 'messages', parts: 'content', mark: '"farebox.' },
  kept: (block) => {
    const member = block['type'] === 'thinking' ? 'signature' : 'data'
    const isThought = block['type'] === 'thinking' || block['type'] === 'redacted_thinking'
    return isThought && isCarried(block, member) ? undefined : block
  },
}

const RESPONSES: Place = {
  ...{ turns: 'input', parts: undefined, mark: '"farebox.' },
  kept: (item) => (item['type'] === 'reasoning' && isCarried(item, 'encrypted_content') ? undefined : item),
}

const SIGNATURES = ['thoughtSignature', 'thought_signature'] as const

const GEMINI: Place = {
  ...{ turns: 'contents', parts: 'parts', mark: '"ZmFyZWJveC' },
  kept: (part) => {
    if (!SIGNATURES.some((name) => carriedInBytes(textIn(part, name)) !== undefined)) return part
    const { thoughtSignature: _, thought_signature: __, ...others } = part
    const isThought = others['thought'] === true || Object.entries(others).every(([name, value]) => name === 'text' && value === '')
    return isThought ? undefined : others
  },
}

const PLACES: Readonly<Partial<Record<string, Place>>> = {
  'anthropic-messages': ANTHROPIC,
  'anthropic-count-tokens': ANTHROPIC,
  'openai-responses': RESPONSES,
  'openai-responses-count': RESPONSES,
  gemini: GEMINI,
  'gemini-count': GEMINI,
}

/**
 * A request as an upstream of its own protocol can take it: without thoughts of models behind other protocols, whose records
 * (carried-thought.ts) prove nothing there and make it refuse all of the conversation. undefined where there are none.
 */
export function withoutForeignThoughts(protocol: string, body: Buffer): Cleaned | undefined {
  const place = PLACES[protocol]
  if (place === undefined || !body.includes(place.mark)) return undefined
  const request = parseJson(body.toString(), 'everywhere')
  const turns = isObject(request) ? request[place.turns] : undefined
  if (!isObject(request) || !Array.isArray(turns)) return undefined
  const losses = makeLosses()
  const kept = turns.flatMap((turn: Json, index) => turnWithout(turn, `${place.turns}[${index}]`, { place, note: losses.note }))
  const dropped = losses.list()
  if (dropped.length === 0) return undefined
  return { body: Buffer.from(JSON.stringify({ ...request, [place.turns]: kept })), dropped }
}

type Cleaning = { readonly place: Place; readonly note: (field: string) => void }

/** A turn that thoughts alone were left of is gone too, as one may not be empty. */
function turnWithout(turn: Json, path: string, { place, note }: Cleaning): readonly Json[] {
  if (!isObject(turn)) return [turn]
  if (place.parts === undefined) return partWithout(turn, path, { place, note })
  const parts = turn[place.parts]
  if (!Array.isArray(parts) || parts.length === 0) return [turn]
  const name = place.parts
  const kept = parts.flatMap((part: Json, index) => partWithout(part, `${path}.${name}[${index}]`, { place, note }))
  return kept.length === 0 ? [] : [{ ...turn, [name]: kept }]
}

function partWithout(part: Json, path: string, { place, note }: Cleaning): readonly Json[] {
  if (!isObject(part)) return [part]
  const kept = place.kept(part)
  if (kept !== part) note(path)
  return kept === undefined ? [] : [kept]
}
