import type { CanonicalCall, Json, JsonObject, Tool } from '../call.ts'
import { withoutUndefined } from '../json.ts'
import { type Losses, nameOf } from '../loss.ts'
import { sayableChoice } from '../sayable-choice.ts'

/** The tools of a call, and what goes with them; those that only another protocol's provider runs are losses. */
export function writeTools(call: CanonicalCall, losses: Losses): JsonObject {
  const written: Json[] = []
  let search: JsonObject = {}
  call.tools.forEach((tool, index) => {
    const at = tool.at ?? `tools[${index}]`
    if (tool.kind !== 'provider') {
      if (tool.kind === 'function' && tool.cache !== undefined) losses.note(`${at}.cache_control`)
      written.push(writeTool(tool))
    } else if (tool.protocol === 'openai-chat') search = tool.value
    // Only models made for it search here, so a search is not asked of any.
    else losses.note(at)
  })
  // Upstreams refuse it where there are no tools.
  const parallel: JsonObject = call.isParallel === undefined ? {} : { parallel_tool_calls: call.isParallel }
  return { ...(written.length > 0 ? { tools: written, ...parallel } : {}), ...search }
}

function writeTool(tool: Exclude<Tool, { kind: 'provider' }>): Json {
  const { name, description } = tool
  if (tool.kind === 'function') {
    return { type: 'function', function: withoutUndefined({ name, description, parameters: tool.schema, strict: tool.isStrict }) }
  }
  const format = tool.grammar === undefined ? undefined : { type: 'grammar', grammar: tool.grammar }
  return { type: 'custom', custom: withoutUndefined({ name, description, format }) }
}

/** Which tools may be called. */
export function writeToolChoice(call: CanonicalCall, losses: Losses): Json | undefined {
  const choice = sayableChoice(call, losses, ({ kind }) => kind !== 'provider' || call.protocol === 'openai-chat')
  if (choice === undefined) return undefined
  if (choice.kind === 'provider') {
    losses.note(nameOf(call, 'toolChoice'))
    return undefined
  }
  if (choice.kind !== 'named' && choice.kind !== 'allowed') return choice.kind
  const tools = choice.names.map((name) => toolNamed(call, name))
  const [first] = tools
  if (choice.kind === 'named' && tools.length === 1 && first !== undefined) return first
  return { type: 'allowed_tools', allowed_tools: { mode: choice.kind === 'named' ? 'required' : 'auto', tools } }
}

function toolNamed({ tools }: CanonicalCall, name: string): JsonObject {
  const isCustom = tools.some((tool) => tool.kind === 'custom' && tool.name === name)
  return isCustom ? { type: 'custom', custom: { name } } : { type: 'function', function: { name } }
}
