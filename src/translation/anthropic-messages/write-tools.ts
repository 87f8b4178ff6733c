import type { RequestTarget } from '../adapter.ts'
import type { CanonicalCall, FunctionTool, Json, JsonObject, ProviderTool, ToolChoice } from '../call.ts'
import { isObject, objectIn, withoutUndefined } from '../json.ts'
import { type Losses, nameOf } from '../loss.ts'
import { sayableChoice } from '../sayable-choice.ts'
import { searchOptionsOf } from '../web-search.ts'
import { cacheControl } from './cache-control.ts'
import { closeSchema } from './close-schema.ts'
import { mannersOf } from './model-manners.ts'

/**
 * The tools of a call and which of them may be called, as members of a request. Where some of the tools may be called and others not, only
 * those are told. Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use (2026-11).
 */
export function writeTools(call: CanonicalCall, target: Target): JsonObject {
  const { losses } = target
  const choice = possibleChoice(call, target)
  const names = choice?.kind === 'allowed' || (choice?.kind === 'named' && choice.names.length !== 1) ? new Set(choice.names) : undefined
  const tools = call.tools.flatMap((tool, index): Json[] => {
    const at = tool.at ?? `tools[${index}]`
    if (tool.kind === 'provider') return names === undefined ? writeProviderTool(tool, at, losses) : []
    if (names !== undefined && !names.has(tool.name)) return []
    if (tool.kind === 'function') return [writeTool(tool, schemaOf(tool, { call, at, losses }))]
    losses.note(at)
    return []
  })
  if (tools.length > 0) return withoutUndefined({ tools, tool_choice: writeChoice({ ...call, toolChoice: choice }, losses) })
  // A choice without tools would be refused.
  if (choice?.kind === 'required' || choice?.kind === 'named' || choice?.kind === 'provider') losses.note(nameOf(call, 'toolChoice'))
  return {}
}

type Target = Pick<RequestTarget, 'model' | 'losses'>

/** What is to be called as far as the model can be told so: one that cannot be made to call a tool may still be told of no others. */
function possibleChoice(call: CanonicalCall, { model, losses }: Target): ToolChoice | undefined {
  const choice = sayableChoice(call, losses, ({ kind }) => kind !== 'custom')
  const isForced = choice?.kind === 'required' || choice?.kind === 'named'
  if (!isForced || call.protocol === 'anthropic-messages' || mannersOf(model).canForce) return choice
  losses.note(nameOf(call, 'toolChoice'))
  return choice.kind === 'named' ? { kind: 'allowed', names: choice.names } : { kind: 'auto' }
}

type Telling = { readonly call: Pick<CanonicalCall, 'protocol'>; readonly at: string; readonly losses: Losses }

/** The type is demanded here; elsewhere it may be left out. What calls have to keep to has the bounds that a schema for the answer has. */
function schemaOf({ schema = { properties: {} }, isStrict }: FunctionTool, { call, at, losses }: Telling): JsonObject {
  const typed = { ...schema, type: 'object' }
  if (isStrict !== true || call.protocol === 'anthropic-messages') return typed
  // One that names nothing is called with nothing.
  return closeSchema({ additionalProperties: false, ...typed }, () => losses.note(`${at}.strict`))
}

const writeTool = (tool: FunctionTool, schema: JsonObject): Json =>
  withoutUndefined({
    name: tool.name,
    description: tool.description,
    input_schema: schema,
    strict: tool.isStrict,
    ...cacheControl(tool),
  })

function writeChoice(call: CanonicalCall, losses: Losses): Json | undefined {
  const { toolChoice: choice, isParallel } = call
  const single: JsonObject = isParallel === undefined ? {} : { disable_parallel_tool_use: !isParallel }
  if (choice === undefined) return isParallel === false ? { type: 'auto', ...single } : undefined
  switch (choice.kind) {
    case 'auto':
    case 'allowed':
      return { type: 'auto', ...single }
    case 'none':
      return { type: 'none' }
    case 'required':
      return { type: 'any', ...single }
    case 'named':
      return choice.names.length === 1 ? { type: 'tool', name: choice.names[0] ?? '', ...single } : { type: 'any', ...single }
    case 'provider':
      losses.note(nameOf(call, 'toolChoice'))
      return isParallel === false ? { type: 'auto', ...single } : undefined
  }
}

/** A tool that this provider runs; of those that others run, a search of the web is one here too. */
function writeProviderTool({ protocol, value, isWebSearch }: ProviderTool, at: string, losses: Losses): Json[] {
  if (protocol === 'anthropic-messages') return [value]
  if (!isWebSearch) {
    losses.note(at)
    return []
  }
  const options = searchOptionsOf(value)
  for (const name of Object.keys(options)) if (!SEARCH.has(name)) losses.note(`${at}.${name}`)
  const place = options['user_location']
  const nested = isObject(place) ? (place['approximate'] ?? place) : undefined
  return [
    withoutUndefined({
      ...{ type: 'web_search_20250305', name: 'web_search' },
      allowed_domains: objectIn(options, 'filters')?.['allowed_domains'],
      user_location: isObject(nested) ? { ...nested, type: 'approximate' } : undefined,
    }),
  ]
}

/** Members of a search tool that are said here too, or that only name it. */
const SEARCH: ReadonlySet<string> = new Set(['type', 'name', 'filters', 'user_location'])
