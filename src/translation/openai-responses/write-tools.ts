import type { CanonicalCall, Json, JsonObject, ProviderTool, Tool } from '../call.ts'
import { isObject, withoutUndefined } from '../json.ts'
import { type Losses, nameOf } from '../loss.ts'
import { sayableChoice, toolName } from '../sayable-choice.ts'
import { searchOptionsOf } from '../web-search.ts'

/** The tools of a call; of those that other providers run, a search of the web is one here too. */
export const writeTools = (call: CanonicalCall, losses: Losses): readonly Json[] =>
  call.tools.flatMap((tool, index) => {
    const at = tool.at ?? `tools[${index}]`
    if (tool.kind === 'provider') return writeProviderTool(tool, at, losses)
    if (tool.kind === 'function' && tool.cache !== undefined) losses.note(`${at}.cache_control`)
    return [writeTool(call, tool)]
  })

function writeTool(call: CanonicalCall, tool: Exclude<Tool, ProviderTool>): Json {
  const { name, description } = tool
  if (tool.kind === 'custom') {
    const format = tool.grammar === undefined ? undefined : { type: 'grammar', ...tool.grammar }
    return withoutUndefined({ type: 'custom', name, description, format })
  }
  // Here a tool is strict unless it says otherwise; in other protocols it is not.
  const strict = tool.isStrict ?? (call.protocol === 'openai-responses' ? undefined : false)
  return withoutUndefined({ type: 'function', name, description, parameters: tool.schema ?? { type: 'object', properties: {} }, strict })
}

function writeProviderTool({ protocol, value, isWebSearch }: ProviderTool, at: string, losses: Losses): readonly Json[] {
  if (protocol === 'openai-responses') return [value]
  if (!isWebSearch) {
    losses.note(at)
    return []
  }
  const options = searchOptionsOf(value)
  for (const name of Object.keys(options)) if (!SEARCH.has(name)) losses.note(`${at}.${name}`)
  return [{ type: 'web_search', ...searchOptions(options) }]
}

/** Members of a search tool that are said here too, or that only name it. */
const SEARCH: ReadonlySet<string> = new Set(['type', 'name', 'search_context_size', 'user_location'])

function searchOptions(options: JsonObject): JsonObject {
  const place = options['user_location']
  const nested = isObject(place) ? place['approximate'] : undefined
  return withoutUndefined({
    search_context_size: options['search_context_size'],
    user_location: isObject(nested) ? { type: 'approximate', ...nested } : place,
  })
}

/** Which tools may be called. */
export function writeToolChoice(call: CanonicalCall, losses: Losses): Json | undefined {
  const choice = sayableChoice(call, losses, isTold)
  if (choice === undefined) return undefined
  if (choice.kind === 'provider') {
    if (choice.protocol === 'openai-responses') return choice.value
    losses.note(nameOf(call, 'toolChoice'))
    return undefined
  }
  if (choice.kind !== 'named' && choice.kind !== 'allowed') return choice.kind
  const tools = choice.names.map((name) => toolNamed(call, name))
  const [first] = tools
  if (choice.kind === 'named' && tools.length === 1 && first !== undefined) return first
  return { type: 'allowed_tools', mode: choice.kind === 'named' ? 'required' : 'auto', tools }
}

/** Whether a tool is one here too. */
const isTold = (tool: Tool): boolean => tool.kind !== 'provider' || tool.isWebSearch || tool.protocol === 'openai-responses'

function toolNamed({ tools }: CanonicalCall, name: string): JsonObject {
  const named = tools.find((tool) => toolName(tool) === name)
  if (named?.kind === 'provider' && named.isWebSearch) return { type: 'web_search' }
  return { type: named?.kind === 'custom' ? 'custom' : 'function', name }
}
