import { fail } from '../../failures.ts'
import type { CanonicalCall, GrowingMessage, Message, Part, ToolResult } from '../call.ts'
import { optional } from '../json.ts'
import { signatureOf } from '../openai-words/index.ts'
import { type Fields, given, missing, noteOthers, noteUnknown, objectsOf, refuse, requiredText, textOf, wordOf } from '../request-fields.ts'
import type { ToolNaming } from '../tool-names.ts'
import { readContent } from './read-content.ts'
import { readReasoningItem } from './read-reasoning.ts'
import { nameIn } from './read-tools.ts'

/** What an item gives: parts of whoever speaks. */
type Piece = { readonly role: Message['role']; readonly parts: readonly Part[]; readonly at: string; readonly isMessage: boolean }

/**
 * Instructions and conversation of a request. Items of the model that follow each other are one message, and so are results of tools;
 * messages of the system at the beginning are instructions too.
 */
export function readInput(request: Fields, naming: ToolNaming): Pick<CanonicalCall, 'system' | 'messages'> {
  const instructions = textOf(request, 'instructions')
  const system: Part[] = instructions === undefined ? [] : [{ type: 'text', text: instructions, at: 'instructions' }]
  const said: Said = { messages: [], isOfResults: false }
  for (const piece of readPieces(request, naming)) {
    if (piece.role !== 'system' || said.messages.length > 0) add(said, piece)
    else for (const part of piece.parts) system.push(part)
  }
  return { system, messages: said.messages }
}

/** Messages so far, and whether the last one has nothing but what tools gave. */
type Said = { readonly messages: GrowingMessage[]; isOfResults: boolean }

function add(said: Said, { role, parts, at, isMessage }: Piece): void {
  const last = said.messages.at(-1)
  const isSame = last?.role === role && (role === 'assistant' || (role === 'user' && !isMessage && said.isOfResults))
  said.isOfResults = (!isSame || said.isOfResults) && parts.every(isResult)
  if (isSame) for (const part of parts) last.parts.push(part)
  else said.messages.push({ role, parts: [...parts], at })
}

const isResult = ({ type }: Part): boolean => type === 'tool-result' || type === 'foreign'

function readPieces(request: Fields, naming: ToolNaming): readonly Piece[] {
  const input = given(request, 'input')
  if (input === undefined) return missing(request, 'input')
  if (typeof input === 'string')
    return [{ role: 'user', parts: [{ type: 'text', text: input, at: 'input' }], at: 'input', isMessage: true }]
  if (!Array.isArray(input)) return refuse(request, 'input', 'it must be a string or an array of items')
  return (objectsOf(request, 'input') ?? []).map((item) => readItem(item, naming))
}

/** Source: https://platform.openai.com/docs/api-reference/responses/create#responses-create-input (2026-11). */
function readItem(fields: Fields, naming: ToolNaming): Piece {
  const type = textOf(fields, 'type') ?? (given(fields, 'role') === undefined ? 'item_reference' : 'message')
  if (type === 'item_reference') return fail('nothing_stored', { field: fields.path })
  const read = READERS.get(type) ?? readForeign
  return read(fields, naming)
}

const READERS: ReadonlyMap<string, (fields: Fields, naming: ToolNaming) => Piece> = new Map<
  string,
  (fields: Fields, naming: ToolNaming) => Piece
>([
  ['message', readMessage],
  ['reasoning', (fields) => ofModel(fields, readReasoningItem(fields))],
  ['function_call', readCall],
  ['custom_tool_call', readCall],
  ['function_call_output', readResult],
  ['custom_tool_call_output', readResult],
])

const ofModel = (fields: Fields, parts: readonly Part[]): Piece => ({ role: 'assistant', parts, at: fields.path, isMessage: false })

const MESSAGE: ReadonlySet<string> = new Set(['type', 'role', 'content', 'id', 'status', 'phase'])

function readMessage(fields: Fields): Piece {
  noteOthers(fields, MESSAGE)
  const role = wordOf(fields, 'role', ['user', 'assistant', 'system', 'developer']) ?? missing(fields, 'role')
  const phase = textOf(fields, 'phase')
  const parts = readContent(fields, 'content').map((part) => (part.type === 'text' && phase !== undefined ? { ...part, phase } : part))
  return { role: role === 'developer' ? 'system' : role, parts, at: fields.path, isMessage: true }
}

const CALL: ReadonlySet<string> = new Set([
  ...['type', 'id', 'call_id', 'name', 'namespace', 'arguments', 'input', 'status', 'extra_content'],
])

function readCall(fields: Fields, naming: ToolNaming): Piece {
  noteOthers(fields, CALL)
  const isCustom = fields.object['type'] === 'custom_tool_call'
  const text = textOf(fields, isCustom ? 'input' : 'arguments') ?? ''
  const [id, name] = [requiredText(fields, 'call_id'), nameIn(fields, naming)]
  const signature = signatureOf(fields.object)
  return ofModel(fields, [
    {
      type: 'tool-call',
      id,
      name,
      arguments: text,
      ...(isCustom ? { isCustom } : {}),
      ...optional('signature', signature),
      at: fields.path,
    },
  ])
}

const RESULT: ReadonlySet<string> = new Set(['type', 'id', 'call_id', 'name', 'namespace', 'output', 'status'])

function readResult(fields: Fields, naming: ToolNaming): Piece {
  noteOthers(fields, RESULT)
  if (given(fields, 'call_id') === undefined && given(fields, 'name') !== undefined) return readDelivery(fields)
  const result: ToolResult & { readonly at: string } = {
    type: 'tool-result',
    id: requiredText(fields, 'call_id'),
    name: given(fields, 'name') === undefined ? undefined : nameIn(fields, naming),
    parts: readContent(fields, 'output'),
    isError: false,
    at: fields.path,
  }
  return { role: 'user', parts: [result], at: fields.path, isMessage: false }
}

/**
 * What a tool gave that nobody called: so Codex hands over what one conversation says to another. It is for the model to act on, as what a user says is.
 * Source: https://github.com/openai/codex/issues/42088 (2026-11-30).
 */
function readDelivery(fields: Fields): Piece {
  noteUnknown(fields, 'name')
  return { role: 'user', parts: readContent(fields, 'output'), at: fields.path, isMessage: true }
}

/** An item that only this protocol has: a call of a provider's tool, or what the client gave for one. */
function readForeign(fields: Fields): Piece {
  const name = requiredText(fields, 'type')
  if (!/^[a-z_]{1,64}$/.test(name)) refuse(fields, 'type', 'it must be the type of an item')
  const role = /_output$|_response$/.test(name) ? 'user' : 'assistant'
  const part: Part = { type: 'foreign', protocol: 'openai-responses', name, value: fields.object, at: fields.path }
  return { role, parts: [part], at: fields.path, isMessage: false }
}
