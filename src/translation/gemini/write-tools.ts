import type { CanonicalCall, FunctionTool, Json, JsonObject, ProviderTool } from '../call.ts'
import { objectIn, withoutUndefined } from '../json.ts'
import { type Losses, nameOf } from '../loss.ts'
import { sayableChoice } from '../sayable-choice.ts'
import { searchOptionsOf } from '../web-search.ts'

/** The tools of a call and which of them may be called, as members of a request. Source: as in read-tools.ts. */
export function writeTools(call: CanonicalCall, losses: Losses): JsonObject {
  const isValidated = isAllStrict(call)
  const isBarred = call.toolChoice?.kind === 'none'
  const canServe = call.protocol === 'gemini' || (!isBarred && !hasFunction(call))
  const tools: JsonObject[] = []
  let functions: Json[] = []
  const addFunction = (one: Json): void => {
    // Neighbours share an element of the list.
    if (functions.length === 0) tools.push({ functionDeclarations: functions })
    functions.push(one)
  }
  for (const [index, tool] of call.tools.entries()) {
    const at = tool.at ?? `tools[${index}]`
    if (tool.kind === 'custom') losses.note(at)
    else if (tool.kind === 'provider') {
      if (canServe) tools.push(...writeProviderTool(tool, at, losses))
      else if (!isBarred) losses.note(at)
      if (canServe) functions = []
    } else {
      if (tool.cache !== undefined) losses.note(`${at}.cache_control`)
      if (tool.isStrict === true && !isValidated && !isForced(call)) losses.note(`${at}.strict`)
      addFunction(writeFunction(tool, call.protocol === 'gemini'))
    }
  }
  if (call.isParallel === false) losses.note(nameOf(call, 'isParallel'))
  const config = configOf(call, { isValidated, hasFunctions: tools.some((tool) => 'functionDeclarations' in tool), losses })
  return withoutUndefined({
    tools: tools.length > 0 ? tools : undefined,
    toolConfig: config === undefined ? undefined : { functionCallingConfig: config },
  })
}

/**
 * Beside functions a tool of the provider is refused, but where all that it does goes back with the conversation, for which no other protocol has words;
 * and that none may be called is said of functions alone. Source: https://ai.google.dev/gemini-api/docs/tool-combination (2026-11-29).
 */
const hasFunction = ({ tools }: CanonicalCall): boolean => tools.some(({ kind }) => kind === 'function')

/** Whether every call has to keep to its schema, which is one word for all tools here. */
const isAllStrict = ({ tools }: CanonicalCall): boolean => {
  const functions = tools.filter((tool) => tool.kind === 'function')
  return functions.length > 0 && functions.every(({ isStrict }) => isStrict === true)
}

/** Whether calls keep to their schemas anyway, as they are all that may be said, or as only some tools may be called. */
const isForced = ({ toolChoice }: CanonicalCall): boolean =>
  toolChoice?.kind === 'required' || toolChoice?.kind === 'named' || toolChoice?.kind === 'allowed'

/** Parameters are told as JSON Schema; a function that takes nothing tells none. */
function writeFunction({ name, description, schema }: FunctionTool, isOwn: boolean): Json {
  const isBare =
    schema !== undefined && Object.keys(objectIn(schema, 'properties') ?? {}).length === 0 && !('anyOf' in schema || '$ref' in schema)
  return withoutUndefined({ name, description, parametersJsonSchema: isBare && !isOwn ? undefined : schema })
}

type Config = { readonly isValidated: boolean; readonly hasFunctions: boolean; readonly losses: Losses }

function configOf(call: CanonicalCall, { isValidated, hasFunctions, losses }: Config): Json | undefined {
  const isOwn = call.protocol === 'gemini'
  const choice = isOwn ? call.toolChoice : sayableChoice(call, losses, ({ kind }) => kind === 'function')
  if (choice?.kind === 'provider') losses.note(nameOf(call, 'toolChoice'))
  if (!hasFunctions && !isOwn) {
    // A choice without functions would be refused.
    if (choice?.kind === 'required' || choice?.kind === 'named') losses.note(nameOf(call, 'toolChoice'))
    return undefined
  }
  if (choice === undefined || choice.kind === 'provider') return isValidated ? { mode: 'VALIDATED' } : undefined
  switch (choice.kind) {
    case 'auto':
      return { mode: isValidated ? 'VALIDATED' : 'AUTO' }
    case 'none':
      return { mode: 'NONE' }
    case 'required':
      return { mode: 'ANY' }
    case 'named':
      return { mode: 'ANY', allowedFunctionNames: choice.names }
    case 'allowed':
      return { mode: 'VALIDATED', allowedFunctionNames: choice.names }
  }
}

/** A tool that this provider runs; of those that others run, a search of the web is one here too. */
function writeProviderTool({ protocol, value, isWebSearch }: ProviderTool, at: string, losses: Losses): readonly JsonObject[] {
  if (protocol === 'gemini') return [value]
  if (!isWebSearch) {
    losses.note(at)
    return []
  }
  for (const name of Object.keys(searchOptionsOf(value))) if (name !== 'type' && name !== 'name') losses.note(`${at}.${name}`)
  return [{ googleSearch: {} }]
}
