import type { CanonicalCall, CustomTool, Tool, ToolChoice } from '../call.ts'
import { isObject } from '../json.ts'
import {
  type Fields,
  flagOf,
  given,
  missing,
  noteOthers,
  objectOf,
  objectsOf,
  refuse,
  requiredObject,
  requiredText,
  textOf,
  wordOf,
} from '../request-fields.ts'

/** The tools of a request and which of them may be called. Source: https://platform.openai.com/docs/guides/tools (2026-11). */
export function readTools(request: Fields): Pick<CanonicalCall, 'tools' | 'toolChoice'> {
  return { tools: (objectsOf(request, 'tools') ?? []).map(readTool), toolChoice: readChoice(request) }
}

const FUNCTION: ReadonlySet<string> = new Set(['type', 'name', 'description', 'parameters', 'strict'])
const CUSTOM: ReadonlySet<string> = new Set(['type', 'name', 'description', 'format'])

function readTool(fields: Fields): Tool {
  const type = requiredText(fields, 'type')
  const at = fields.path
  if (type !== 'function' && type !== 'custom') {
    return { kind: 'provider', protocol: 'openai-responses', value: fields.object, isWebSearch: /^web_search(?:_|$)/.test(type), at }
  }
  noteOthers(fields, type === 'function' ? FUNCTION : CUSTOM)
  const [name, description] = [requiredText(fields, 'name'), textOf(fields, 'description')]
  if (type === 'custom') return { kind: 'custom', name, description, grammar: readGrammar(fields), at }
  return { kind: 'function', name, description, schema: objectOf(fields, 'parameters')?.object, isStrict: flagOf(fields, 'strict'), at }
}

function readGrammar(tool: Fields): CustomTool['grammar'] {
  const format = objectOf(tool, 'format')
  if (format === undefined || wordOf(format, 'type', ['text', 'grammar']) !== 'grammar') return undefined
  return { syntax: requiredText(format, 'syntax'), definition: requiredText(format, 'definition') }
}

function readChoice(request: Fields): ToolChoice | undefined {
  const choice = given(request, 'tool_choice')
  if (choice === undefined) return undefined
  if (choice === 'none' || choice === 'auto' || choice === 'required') return { kind: choice }
  if (!isObject(choice)) return refuse(request, 'tool_choice', 'it must be none, auto, required, or an object that names tools')
  const fields = requiredObject(request, 'tool_choice')
  const type = requiredText(fields, 'type')
  if (type === 'function' || type === 'custom') return { kind: 'named', names: [requiredText(fields, 'name')] }
  const foreign: ToolChoice = { kind: 'provider', protocol: 'openai-responses', value: choice }
  if (type !== 'allowed_tools') return foreign
  const mode = wordOf(fields, 'mode', ['auto', 'required', 'none']) ?? 'auto'
  if (mode === 'none') return { kind: 'none' }
  const tools = objectsOf(fields, 'tools') ?? missing(fields, 'tools')
  // Tools that a provider runs have no name, so a choice among them has no canonical words.
  if (tools.some((tool) => given(tool, 'name') === undefined)) return foreign
  return { kind: mode === 'auto' ? 'allowed' : 'named', names: tools.map((tool) => requiredText(tool, 'name')) }
}
