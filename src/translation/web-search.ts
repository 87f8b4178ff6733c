import type { JsonObject, ProviderTool } from './call.ts'
import { objectIn } from './json.ts'

/** What a tool that searches the web was asked for: its own members, or those of the one member that holds them. */
export const searchOptionsOf = (value: ProviderTool['value']): JsonObject =>
  ['web_search_options', 'googleSearch', 'google_search'].map((name) => objectIn(value, name)).find((options) => options !== undefined) ??
  value
