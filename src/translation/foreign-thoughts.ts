import { anthropicThoughts } from './anthropic-messages/index.ts'
import type { Json } from './call.ts'
import { geminiThoughts } from './gemini/index.ts'
import { isObject, parseJson } from './json.ts'
import { makeLosses } from './loss.ts'
import { chatThoughts } from './openai-chat/index.ts'
import { responsesThoughts } from './openai-responses/index.ts'
import type { ThoughtPlace } from './thought-place.ts'

/** A request without thoughts that its upstream did not make, and the paths of what was taken out. */
export type Cleaned = { readonly body: Buffer; readonly dropped: readonly string[] }

const PLACES: Readonly<Partial<Record<string, ThoughtPlace>>> = {
  'anthropic-messages': anthropicThoughts,
  'anthropic-count-tokens': anthropicThoughts,
  'openai-responses': responsesThoughts,
  'openai-responses-count': responsesThoughts,
  gemini: geminiThoughts,
  'gemini-count': geminiThoughts,
}

/**
 * A request as an upstream of its own protocol can take it: without thoughts of models behind other protocols, whose records
 * (carried-thought.ts) prove nothing there and make it refuse all of the conversation. undefined where there are none.
 */
export const withoutForeignThoughts = (protocol: string, body: Buffer): Cleaned | undefined => withoutThoughtsAt(PLACES[protocol], body)

/** A request for a chat as an upstream can take it that refuses to be told what was thought; undefined where nothing of it is. */
export const withoutThoughts = (protocol: string, body: Buffer): Cleaned | undefined =>
  withoutThoughtsAt(protocol === 'openai-chat' ? chatThoughts : PLACES[protocol], body)

function withoutThoughtsAt(place: ThoughtPlace | undefined, body: Buffer): Cleaned | undefined {
  if (place === undefined || !body.includes(place.mark)) return undefined
  const request = parseJson(body.toString(), 'everywhere')
  const turns = isObject(request) ? request[place.turns] : undefined
  if (!isObject(request) || !Array.isArray(turns)) return undefined
  const losses = makeLosses()
  const kept = turns.flatMap((turn: Json, index) => turnWithout(turn, `${place.turns}[${index}]`, { place, note: losses.note }))
  if (losses.list().length === 0) return undefined
  const cleaned = { ...request, [place.turns]: kept }
  const rest = place.rest?.(cleaned, losses.note) ?? cleaned
  return { body: Buffer.from(JSON.stringify(rest)), dropped: losses.list() }
}

type Cleaning = { readonly place: ThoughtPlace; readonly note: (field: string) => void }

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
  if (kept !== part) note(place.member === undefined ? path : `${path}.${place.member}`)
  return kept === undefined ? [] : [kept]
}
