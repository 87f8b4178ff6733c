import type { GrowingMessage, Message, Part, ToolCall } from '../call.ts'
import { optional } from '../json.ts'
import { signatureOf } from '../openai-words/index.ts'
import {
  type Fields,
  given,
  missing,
  noteOthers,
  objectOf,
  objectsOf,
  pathTo,
  refuse,
  requiredObject,
  requiredText,
  textOf,
  wordOf,
} from '../request-fields.ts'
import { readContent } from './read-content.ts'

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const

/** Instructions and conversation of a request. */
export type Conversation = { readonly system: readonly Part[]; readonly messages: readonly Message[] }

/**
 * The messages of a request: those of the system at its beginning are its instructions, results of tools that follow each other are one
 * message.
 */
export function readMessages(request: Fields): Conversation {
  const told = objectsOf(request, 'messages') ?? missing(request, 'messages')
  if (told.length === 0) refuse(request, 'messages', 'it must have at least one element')
  const system: Part[] = []
  const messages: GrowingMessage[] = []
  const legacy = legacyCalls()
  for (const fields of told) {
    const role = wordOf(fields, 'role', ROLES) ?? missing(fields, 'role')
    noteOthers(fields, KNOWN[role])
    if (role === 'system' || role === 'developer') {
      const parts = readContent(fields, 'content')
      if (messages.length === 0) system.push(...parts)
      else messages.push({ role: 'system', parts: [...parts], at: fields.path })
    } else if (role === 'user') messages.push({ role, parts: [...readContent(fields, 'content')], at: fields.path })
    else if (role === 'assistant') messages.push({ role, parts: [...readAssistant(fields, legacy)], at: fields.path })
    else pushResult(messages, role === 'tool' ? readResult(fields) : legacy.resultOf(fields))
  }
  return { system, messages }
}

/** Fields of each kind of message. Some of an assistant's come back with an answer and are not read by any model. */
const KNOWN: Readonly<Record<(typeof ROLES)[number], ReadonlySet<string>>> = {
  system: new Set(['role', 'content']),
  developer: new Set(['role', 'content']),
  user: new Set(['role', 'content']),
  assistant: new Set([
    ...['role', 'content', 'refusal', 'tool_calls', 'function_call', 'reasoning_content', 'reasoning', 'audio'],
    ...['annotations', 'parsed'],
  ]),
  tool: new Set(['role', 'content', 'tool_call_id', 'name']),
  function: new Set(['role', 'content', 'name']),
}

function pushResult(messages: GrowingMessage[], result: Part): void {
  const last = messages.at(-1)
  if (last?.role === 'user' && isOfResults(last)) last.parts.push(result)
  else messages.push({ role: 'user', parts: [result], ...optional('at', result.at) })
}

/** A user says contents, or nothing but what tools gave. */
const isOfResults = ({ parts: [first] }: Message): boolean => first === undefined || first.type === 'tool-result'

const readResult = (fields: Fields): Part => ({
  type: 'tool-result',
  id: requiredText(fields, 'tool_call_id'),
  name: textOf(fields, 'name'),
  parts: readContent(fields, 'content'),
  isError: false,
  at: fields.path,
})

function readAssistant(fields: Fields, legacy: LegacyCalls): readonly Part[] {
  const thought = textOf(fields, 'reasoning_content') ?? textOf(fields, 'reasoning')
  const refusal = textOf(fields, 'refusal')
  const audio = objectOf(fields, 'audio')
  const call = objectOf(fields, 'function_call')
  return [
    ...(thought === undefined || thought === ''
      ? []
      : [{ type: 'reasoning', text: thought, origin: 'openai-chat', at: pathTo(fields, 'reasoning_content') } as const]),
    ...readContent(fields, 'content', { isOptional: true }),
    ...(refusal === undefined ? [] : [{ type: 'refusal', text: refusal, at: pathTo(fields, 'refusal') } as const]),
    ...(audio === undefined
      ? []
      : [{ type: 'foreign', protocol: 'openai-chat', name: 'audio', value: audio.object, at: audio.path } as const]),
    ...(objectsOf(fields, 'tool_calls') ?? []).map(readCall),
    ...(call === undefined ? [] : [legacy.callOf(call)]),
  ]
}

const CALL: ReadonlySet<string> = new Set(['id', 'type', 'index', 'function', 'custom', 'extra_content'])

function readCall(fields: Fields): ToolCall & { readonly at: string } {
  noteOthers(fields, CALL)
  const id = requiredText(fields, 'id')
  const custom = objectOf(fields, 'custom')
  if (custom !== undefined) {
    const [name, text] = [requiredText(custom, 'name'), textOf(custom, 'input') ?? '']
    return { type: 'tool-call', id, name, arguments: text, isCustom: true, at: fields.path }
  }
  const called = requiredObject(fields, 'function')
  return {
    type: 'tool-call',
    id,
    name: requiredText(called, 'name'),
    arguments: textOf(called, 'arguments') ?? '',
    ...optional('signature', signatureOf(fields.object)),
    at: fields.path,
  }
}

/** Calls of the time before tools had ids: the result belongs to the last call of its name. */
type LegacyCalls = { readonly callOf: (fields: Fields) => Part; readonly resultOf: (fields: Fields) => Part }

function legacyCalls(): LegacyCalls {
  const ids = new Map<string, string>()
  let count = 0
  return {
    callOf: (fields) => {
      const name = requiredText(fields, 'name')
      const id = `call_function_${count}`
      count += 1
      ids.set(name, id)
      return { type: 'tool-call', id, name, arguments: textOf(fields, 'arguments') ?? '', at: fields.path }
    },
    resultOf: (fields) => {
      const name = requiredText(fields, 'name')
      const id = ids.get(name) ?? refuse(fields, 'name', 'no such function was called before')
      const parts = given(fields, 'content') === undefined ? [] : readContent(fields, 'content')
      return { type: 'tool-result', id, name, parts, isError: false, at: fields.path }
    },
  }
}
