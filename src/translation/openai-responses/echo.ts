import type { Json, JsonObject } from '../call.ts'
import { isObject } from '../json.ts'
import { type Fields, given } from '../request-fields.ts'

/** What a response repeats of its request, and what it says where the request said nothing. */
const REPEATED: JsonObject = {
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  parallel_tool_calls: true,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  service_tier: 'default',
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  truncation: 'disabled',
  user: null,
  metadata: {},
}

/** The members of a request that its response repeats. */
export function echoOf(request: Fields): JsonObject {
  const told: Record<string, Json> = {}
  for (const name of Object.keys(REPEATED)) {
    const value = given(request, name)
    if (value !== undefined) told[name] = name === 'tools' && Array.isArray(value) ? value.map(echoTool) : value
  }
  return told
}

/** All members that a response repeats; those that are objects keep what the request left out of them. */
export function repeatedMembers(echo: JsonObject | undefined): JsonObject {
  const members: Record<string, Json> = { ...REPEATED }
  for (const [name, value] of Object.entries(echo ?? {})) {
    const usual = REPEATED[name]
    members[name] = name !== 'metadata' && isObject(usual) && isObject(value) ? { ...usual, ...value } : value
  }
  return members
}

/** A tool as it is repeated: with every member that the protocol has for it. */
function echoTool(tool: Json): Json {
  if (!isObject(tool) || tool['type'] !== 'function') return tool
  return { description: null, parameters: null, strict: null, ...tool }
}
