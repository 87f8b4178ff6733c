import type { RequestTarget } from '../adapter.ts'
import type { CanonicalCall, JsonObject, Part, Place, Reasoning, ToolCall, ToolResult } from '../call.ts'
import { isObject, parseJson, withoutUndefined } from '../json.ts'
import type { Losses } from '../loss.ts'
import { calledNames, knownId } from './call-ids.ts'
import { responseOf } from './function-response.ts'
import { writeMedia } from './media-parts.ts'
import { hasNoCallIds, isOfThirdGeneration } from './model-generation.ts'

/** Writes parts of messages and of the system. */
export type PartWriter = {
  /** What cannot be said here is a loss. Texts of no characters are left out, but for a client of this protocol. */
  readonly write: (parts: readonly Part[], at: string) => readonly JsonObject[]
}

type Writing = {
  readonly losses: Losses
  readonly isOwn: boolean
  readonly names: ReadonlyMap<string, string>
  /** Whether the model refuses calls that nobody signed. */
  readonly wantsSignatures: boolean
  /** The id of a call as it is told. */
  readonly toldId: (id: string) => string | undefined
}

/** A writer for one call. */
export function partWriter(call: CanonicalCall, target: Pick<RequestTarget, 'model' | 'losses'>): PartWriter {
  const isOwn = call.protocol === 'gemini'
  const { losses } = target
  const toldId = isOwn || !hasNoCallIds(target) ? knownId : () => undefined
  const writing: Writing = { losses, isOwn, names: calledNames(call), wantsSignatures: !isOwn && isOfThirdGeneration(target), toldId }
  return {
    write: (parts, at) => {
      let isFirstCall = true
      return parts.flatMap((part, index): readonly JsonObject[] => {
        const place = part.at ?? `${at}.parts[${index}]`
        if (part.type === 'text' && part.text === '' && !isOwn) return []
        if ('cache' in part && part.cache !== undefined) losses.note(`${place}.cache_control`)
        if (part.type === 'tool-result') return writeResult(part, { ...writing, place })
        const written = writePart(part, { ...writing, place, isFirstCall })
        if (part.type === 'tool-call') isFirstCall = false
        if (written !== undefined) return [written]
        losses.note(place)
        return []
      })
    },
  }
}

type Placed = Writing & { readonly place: string }

/** One part; undefined when there is no way to say it here. Source: as in read-parts.ts. */
function writePart(part: Exclude<Part, ToolResult>, writing: Placed & { readonly isFirstCall: boolean }): JsonObject | undefined {
  const { losses, isOwn, place } = writing
  switch (part.type) {
    case 'text':
      if ((part.citations?.length ?? 0) > 0) losses.note(`${place}.citations`)
      return { text: part.text }
    case 'refusal':
      return { text: part.text }
    case 'image':
      if (part.detail !== undefined && part.detail !== 'auto') losses.note(`${place}.detail`)
      return writeMedia(part, isOwn)
    case 'document':
      if (part.name !== undefined && !isOwn) losses.note(`${place}.filename`)
      return writeMedia(part, isOwn)
    case 'audio':
      return writeMedia(part, isOwn)
    case 'reasoning':
      return writeThought(part)
    case 'tool-call':
      return writeCall(part, writing)
    case 'foreign':
      return part.protocol === 'gemini' && isObject(part.value) ? part.value : undefined
  }
}

/** A thought of this protocol as it came; one without text proves what was said before it. Of another protocol it is a loss. */
function writeThought({ origin, text, signature }: Reasoning): JsonObject | undefined {
  if (origin !== 'gemini') return undefined
  if ((text ?? '') === '' && signature !== undefined) return { text: '', thoughtSignature: signature }
  return withoutUndefined({ text: text ?? '', thought: true, thoughtSignature: signature })
}

/**
 * What stands for a signature where the model gave none, as another made the call.
 * Source: https://ai.google.dev/gemini-api/docs/thought-signatures (2026-11-26).
 */
const UNSIGNED = 'skip_thought_signature_validator'

function writeCall(
  call: ToolCall & Place,
  { losses, place, wantsSignatures, isFirstCall, toldId }: Placed & { readonly isFirstCall: boolean },
): JsonObject {
  const value = call.arguments === '' ? {} : parseJson(call.arguments, 'everywhere')
  const isPlain = call.isCustom !== true && isObject(value)
  if (!isPlain) losses.note(place)
  const args = isPlain ? value : call.isCustom === true ? { input: call.arguments } : { INVALID_JSON: call.arguments }
  const thoughtSignature = call.signature ?? (wantsSignatures && isFirstCall ? UNSIGNED : undefined)
  return withoutUndefined({ functionCall: withoutUndefined({ id: toldId(call.id), name: call.name, args }), thoughtSignature })
}

/**
 * What a tool gave. Its words are one text here. Pictures and files stand in it where the client speaks this protocol, else beside it, as
 * older models do not look for them in it.
 */
function writeResult(result: ToolResult & Place, writing: Placed): readonly JsonObject[] {
  const { losses, isOwn, names, place, toldId } = writing
  const text = result.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
  const hasText = result.parts.some(({ type }) => type === 'text')
  const media = result.parts.flatMap((part, index): readonly JsonObject[] => {
    if (part.type === 'text') return []
    const at = part.at ?? `${place}.parts[${index}]`
    const written = part.type === 'tool-result' ? undefined : writePart(part, { ...writing, place: at, isFirstCall: false })
    if (written === undefined) losses.note(at)
    return written === undefined ? [] : [written]
  })
  const response = hasText || result.isError ? responseOf({ text, isError: result.isError }) : {}
  const name = result.name ?? names.get(result.id) ?? result.id
  const inside = isOwn && media.length > 0 ? media : undefined
  const told = { functionResponse: withoutUndefined({ id: toldId(result.id), name, response, parts: inside }) }
  return inside === undefined ? [told, ...media] : [told]
}
