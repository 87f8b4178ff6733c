import type { Part, Reasoning, ToolCall, ToolResult } from '../call.ts'
import { isObject, optional } from '../json.ts'
import { noteOthers, pathTo, refuse } from '../request-fields.ts'
import type { OpenCalls } from './call-ids.ts'
import { wordsOf } from './function-response.ts'
import { readMedia } from './media-parts.ts'
import { type Fields, flagOf, given, named, noteUnknown, objectOf, objectsOf, requiredText, spelled, textOf } from './proto-fields.ts'
import { carriedInBytes } from './thought-bytes.ts'

/**
 * The parts of some content. What proves the thoughts behind a part that is not a call becomes a thought without text that follows it;
 * pieces of a thought are one. Source: https://ai.google.dev/api/caching#Part (2026-11-26).
 */
export function readParts(content: Fields, calls: OpenCalls): readonly Part[] {
  const parts: Part[] = []
  for (const fields of objectsOf(content, 'parts') ?? []) {
    const isThought = flagOf(fields, 'thought') === true
    for (const part of readPart(fields, calls)) {
      const last = parts.at(-1)
      const joined = isThought && last?.type === 'reasoning' && part.type === 'reasoning' ? joinThoughts(last, part) : undefined
      if (joined === undefined) parts.push(part)
      else parts[parts.length - 1] = joined
    }
  }
  return parts
}

/** Two pieces of one thought; undefined where the first has its proof, or the second is hidden. */
function joinThoughts(first: Reasoning & Part, second: Reasoning): Part | undefined {
  const isOpen = first.origin === 'gemini' && first.signature === undefined && first.text !== undefined
  if (!isOpen || second.encrypted !== undefined) return undefined
  return { ...second, text: first.text + (second.text ?? ''), ...optional('at', first.at) }
}

const KNOWN = named('text', 'thought', 'thoughtSignature', 'inlineData', 'fileData', 'functionCall', 'functionResponse')
const FOREIGN = ['executableCode', 'codeExecutionResult', 'toolCall', 'toolResponse'] as const
const EXPECTED = 'it must be an object with text, inlineData, fileData, functionCall or functionResponse'

function readPart(fields: Fields, calls: OpenCalls): readonly Part[] {
  const at = fields.path
  const name = FOREIGN.find((one) => given(fields, one) !== undefined)
  if (name !== undefined) return [foreign(fields, name)]
  const [call, response] = [objectOf(fields, 'functionCall'), objectOf(fields, 'functionResponse')]
  if (call !== undefined || response !== undefined) noteOthers(fields, KNOWN)
  if (call !== undefined) return [{ ...readCall(call, calls), ...optional('signature', signatureOf(fields)), at }]
  if (response !== undefined) return [{ ...readResponse(response, calls), at }]
  const signature = signatureOf(fields)
  const proof: readonly Part[] = signature === undefined ? [] : [{ ...proofOf(undefined, signature), at }]
  const media = readMediaPart(fields)
  if (media !== undefined) return [media, ...proof]
  const text = textOf(fields, 'text')
  if (text === undefined && signature === undefined && flagOf(fields, 'thought') === undefined)
    refuse(fields, spelled(fields, 'text'), EXPECTED)
  noteOthers(fields, KNOWN)
  if (flagOf(fields, 'thought') === true) return [{ ...proofOf(text ?? '', signature), at }]
  return (text ?? '') === '' && proof.length > 0 ? proof : [{ type: 'text', text: text ?? '', at }, ...proof]
}

const foreign = ({ object, path }: Fields, name: string): Part => ({ type: 'foreign', protocol: 'gemini', name, value: object, at: path })

/** Words that stand for a signature where a call has none; they say nothing. Source: https://ai.google.dev/gemini-api/docs/thought-signatures (2026-11-26). */
const NO_SIGNATURE: ReadonlySet<string | undefined> = new Set(['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go'])

function signatureOf(fields: Fields): string | undefined {
  const signature = textOf(fields, 'thoughtSignature')
  return NO_SIGNATURE.has(signature) || signature === '' ? undefined : signature
}

/** A thought, which may be that of another protocol, carried through this one; then it is what it was there. */
function proofOf(text: string | undefined, signature: string | undefined): Reasoning {
  const carried = carriedInBytes(signature)
  if (carried === undefined) return { type: 'reasoning', text, origin: 'gemini', ...optional('signature', signature) }
  return { type: 'reasoning', text: text === '' ? undefined : text, ...carried }
}

function readMediaPart(fields: Fields): Part | undefined {
  const [inline, file] = [objectOf(fields, 'inlineData'), objectOf(fields, 'fileData')]
  const told = inline ?? file
  if (told === undefined) return undefined
  const media = readMedia(told, inline !== undefined)
  if (media === undefined) return foreign(fields, inline === undefined ? 'fileData' : 'inlineData')
  noteOthers(fields, KNOWN)
  if (media.type !== 'document' && textOf(told, 'displayName') !== undefined) noteUnknown(told, 'displayName')
  return { ...media, at: fields.path }
}

function readCall(call: Fields, calls: OpenCalls): ToolCall {
  noteOthers(call, CALL)
  const name = requiredText(call, 'name')
  const args = objectOf(call, 'args')?.object ?? {}
  return { type: 'tool-call', id: calls.add(name, textOf(call, 'id') || undefined), name, arguments: JSON.stringify(args) }
}

const CALL = named('id', 'name', 'args')
const RESPONSE = named('id', 'name', 'response', 'parts')

function readResponse(fields: Fields, calls: OpenCalls): ToolResult {
  noteOthers(fields, RESPONSE)
  const name = requiredText(fields, 'name')
  const id = calls.answer(name, textOf(fields, 'id') || undefined)
  if (id === undefined) return refuse(fields, 'name', 'no such function was called before')
  const response = given(fields, 'response') ?? {}
  const words = isObject(response) ? wordsOf(response) : refuse(fields, 'response', 'it must be an object')
  const media = (objectsOf(fields, 'parts') ?? []).map((part) => readMediaPart(part) ?? refuse(part, 'inlineData', 'it must be given'))
  const at = pathTo(fields, 'response')
  const text: readonly Part[] = words === undefined ? [] : [{ type: 'text', text: words.text, at }]
  return { type: 'tool-result', id, name, parts: [...text, ...media], isError: words?.isError ?? false }
}
