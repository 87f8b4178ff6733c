import type { CanonicalCall, CustomTool, Tool, ToolChoice } from '../call.ts'
import { isObject } from '../json.ts'
import { readCacheMark } from '../openai-words/index.ts'
import {
  type Fields,
  flagOf,
  given,
  missing,
  noteOthers,
  noteUnknown,
  objectOf,
  objectsOf,
  refuse,
  requiredObject,
  requiredText,
  textOf,
  wordOf,
} from '../request-fields.ts'

/** The tools of a request and which of them may be called. Tools of the time before they had ids are answered as tools are today. */
export function readTools(request: Fields): Pick<CanonicalCall, 'tools' | 'toolChoice'> {
  const functions = objectsOf(request, 'functions')
  if (functions !== undefined) noteUnknown(request, 'functions')
  const search = objectOf(request, 'web_search_options')
  const tools: Tool[] = [
    ...(objectsOf(request, 'tools') ?? []).map(readTool),
    ...(functions ?? []).map((fields) => readFunction(fields, fields.path)),
  ]
  if (search !== undefined) {
    const value = { web_search_options: search.object }
    tools.push({ kind: 'provider', protocol: 'openai-chat', value, isWebSearch: true, at: search.path })
  }
  return { tools, toolChoice: readChoice(request) }
}

const TOOL: ReadonlySet<string> = new Set(['type', 'function', 'custom', 'cache_control'])
const FUNCTION: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'strict'])

function readTool(fields: Fields): Tool {
  noteOthers(fields, TOOL)
  const type = wordOf(fields, 'type', ['function', 'custom']) ?? missing(fields, 'type')
  if (type === 'function') return { ...readFunction(requiredObject(fields, 'function'), fields.path), ...readCacheMark(fields) }
  const custom = requiredObject(fields, 'custom')
  const [name, description] = [requiredText(custom, 'name'), textOf(custom, 'description')]
  return { kind: 'custom', name, description, grammar: readGrammar(custom), at: fields.path }
}

function readFunction(fields: Fields, at: string): Tool {
  noteOthers(fields, FUNCTION)
  return {
    kind: 'function',
    name: requiredText(fields, 'name'),
    description: textOf(fields, 'description'),
    schema: objectOf(fields, 'parameters')?.object,
    isStrict: flagOf(fields, 'strict'),
    at,
  }
}

function readGrammar(custom: Fields): CustomTool['grammar'] {
  const format = objectOf(custom, 'format')
  if (format === undefined || wordOf(format, 'type', ['text', 'grammar']) !== 'grammar') return undefined
  const grammar = requiredObject(format, 'grammar')
  return { syntax: requiredText(grammar, 'syntax'), definition: requiredText(grammar, 'definition') }
}

const SHAPES = 'it must be none, auto, required, or an object of type function, custom or allowed_tools'

function readChoice(request: Fields): ToolChoice | undefined {
  const choice = given(request, 'tool_choice')
  if (choice === undefined) return readLegacyChoice(request)
  if (choice === 'none' || choice === 'auto' || choice === 'required') return { kind: choice }
  const fields = isObject(choice) ? requiredObject(request, 'tool_choice') : refuse(request, 'tool_choice', SHAPES)
  const type = wordOf(fields, 'type', ['function', 'custom', 'allowed_tools']) ?? missing(fields, 'type')
  if (type !== 'allowed_tools') return { kind: 'named', names: [requiredText(requiredObject(fields, type), 'name')] }
  const allowed = requiredObject(fields, 'allowed_tools')
  const mode = wordOf(allowed, 'mode', ['auto', 'required']) ?? missing(allowed, 'mode')
  const names = (objectsOf(allowed, 'tools') ?? missing(allowed, 'tools')).map(nameOfAllowed)
  return { kind: mode === 'auto' ? 'allowed' : 'named', names }
}

const nameOfAllowed = (tool: Fields): string => requiredText(objectOf(tool, 'function') ?? requiredObject(tool, 'custom'), 'name')

function readLegacyChoice(request: Fields): ToolChoice | undefined {
  const choice = given(request, 'function_call')
  if (choice === undefined) return undefined
  noteUnknown(request, 'function_call')
  if (choice === 'none' || choice === 'auto') return { kind: choice }
  return isObject(choice)
    ? { kind: 'named', names: [requiredText(requiredObject(request, 'function_call'), 'name')] }
    : refuse(request, 'function_call', 'it must be none, auto or an object with a name')
}
