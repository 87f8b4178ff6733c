import type { CanonicalCall, CustomTool, Tool, ToolChoice } from '../call.ts'
import { isObject, objectsIn, optional, textIn } from '../json.ts'
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
import { type ToolNaming, toolNaming } from '../tool-names.ts'

/** How the tools of a request are named: those of namespaces by both names in one, which no tool outside of them has. */
export const readNaming = (request: Fields): ToolNaming =>
  toolNaming(objectsIn(request.object, 'tools').flatMap((tool) => (tool['type'] === 'namespace' ? [] : (textIn(tool, 'name') ?? []))))

/** The tools of a request and which of them may be called. Source: https://platform.openai.com/docs/guides/tools (2026-11). */
export function readTools(request: Fields, naming: ToolNaming): Pick<CanonicalCall, 'tools' | 'toolChoice'> {
  const tools = (objectsOf(request, 'tools') ?? []).flatMap((fields) =>
    fields.object['type'] === 'namespace' ? readNamespace(fields, naming) : [readTool(fields, { naming })],
  )
  return { tools, toolChoice: readChoice(request, naming) }
}

/** What a tool, a call of one, or a choice of one names. */
export const nameIn = (fields: Fields, naming: ToolNaming): string =>
  naming.toldAs({ name: requiredText(fields, 'name'), ...optional('namespace', textOf(fields, 'namespace')) })

const FUNCTION: ReadonlySet<string> = new Set(['type', 'name', 'description', 'parameters', 'strict'])
const CUSTOM: ReadonlySet<string> = new Set(['type', 'name', 'description', 'format'])
const NAMESPACE: ReadonlySet<string> = new Set(['type', 'name', 'description', 'tools'])

/**
 * Tools of the client that stand in a namespace, each by itself; what is said of all of them goes before what is said of the first.
 * Source: https://developers.openai.com/api/docs/guides/function-calling#defining-namespaces (2026-11-30).
 */
function readNamespace(fields: Fields, naming: ToolNaming): readonly Tool[] {
  noteOthers(fields, NAMESPACE)
  const [namespace, about] = [requiredText(fields, 'name'), textOf(fields, 'description') ?? '']
  const tools = (objectsOf(fields, 'tools') ?? missing(fields, 'tools')).map((inner) => readTool(inner, { naming, namespace }))
  const first = about === '' ? undefined : tools.find(({ kind }) => kind !== 'provider')
  return tools.map((tool) => {
    if (tool !== first || tool.kind === 'provider') return tool
    return { ...tool, description: tool.description === undefined ? about : `${about}\n\n${tool.description}` }
  })
}

function readTool(fields: Fields, { naming, namespace }: { readonly naming: ToolNaming; readonly namespace?: string }): Tool {
  const type = requiredText(fields, 'type')
  const at = fields.path
  if (type !== 'function' && type !== 'custom') {
    return { kind: 'provider', protocol: 'openai-responses', value: fields.object, isWebSearch: /^web_search(?:_|$)/.test(type), at }
  }
  noteOthers(fields, type === 'function' ? FUNCTION : CUSTOM)
  const name = naming.toldAs({ name: requiredText(fields, 'name'), ...optional('namespace', namespace) })
  const description = textOf(fields, 'description')
  if (type === 'custom') return { kind: 'custom', name, description, grammar: readGrammar(fields), at }
  return { kind: 'function', name, description, schema: objectOf(fields, 'parameters')?.object, isStrict: flagOf(fields, 'strict'), at }
}

function readGrammar(tool: Fields): CustomTool['grammar'] {
  const format = objectOf(tool, 'format')
  if (format === undefined || wordOf(format, 'type', ['text', 'grammar']) !== 'grammar') return undefined
  return { syntax: requiredText(format, 'syntax'), definition: requiredText(format, 'definition') }
}

function readChoice(request: Fields, naming: ToolNaming): ToolChoice | undefined {
  const choice = given(request, 'tool_choice')
  if (choice === undefined) return undefined
  if (choice === 'none' || choice === 'auto' || choice === 'required') return { kind: choice }
  if (!isObject(choice)) return refuse(request, 'tool_choice', 'it must be none, auto, required, or an object that names tools')
  const fields = requiredObject(request, 'tool_choice')
  const type = requiredText(fields, 'type')
  if (type === 'function' || type === 'custom') return { kind: 'named', names: [nameIn(fields, naming)] }
  const foreign: ToolChoice = { kind: 'provider', protocol: 'openai-responses', value: choice }
  if (type !== 'allowed_tools') return foreign
  const mode = wordOf(fields, 'mode', ['auto', 'required', 'none']) ?? 'auto'
  if (mode === 'none') return { kind: 'none' }
  const tools = objectsOf(fields, 'tools') ?? missing(fields, 'tools')
  // Tools that a provider runs have no name, and that of a namespace is none of a tool, so a choice among them has no canonical words.
  if (tools.some((tool) => given(tool, 'name') === undefined || tool.object['type'] === 'namespace')) return foreign
  return { kind: mode === 'auto' ? 'allowed' : 'named', names: tools.map((tool) => nameIn(tool, naming)) }
}
