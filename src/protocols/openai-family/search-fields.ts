import { readJson } from '../../lib/index.ts'
import { failUnpriced, type RequestFields } from '../request-fields.ts'
import { objectAt, parseObject } from '../usage-figures.ts'

/** Names of fields that have an upstream search. `plugins`: what OpenRouter runs with every call. */
export type SearchField = 'web_search_options' | 'search_parameters' | 'plugins' | 'enable_search'

/**
 * Plugins that are charged by the search, and those that cost nothing but the model's own tokens. Others read documents for a fee by the
 * page, or have other models answer. Source: https://openrouter.ai/docs/guides/features/plugins (2026-11-29).
 */
const SEARCHING_PLUGIN = 'web'
const FREE_PLUGINS = ['response-healing']

/** The first of some fields that asks for a search; undefined where none does. Fails with invalid_field at a plugin that has no price. */
export function searchAsked(body: Buffer, fields: RequestFields, names: readonly SearchField[]): string | undefined {
  return names.find((name) => {
    const span = fields.givenSpan(name)
    return span !== undefined && ASKS[name](body.subarray(span.start, span.end))
  })
}

const ASKS: Readonly<Record<SearchField, (value: Buffer) => boolean>> = {
  web_search_options: () => true,
  search_parameters: (value) => parseObject(value)?.['mode'] !== 'off',
  plugins: hasSearchingPlugin,
  enable_search: (value) => !value.equals(Buffer.from('false')),
}

function hasSearchingPlugin(value: Buffer): boolean {
  const given: unknown = readJson(value.toString())
  const ids = (Array.isArray(given) ? given : [given]).map((plugin) => objectAt(plugin)?.['id'])
  const known = [SEARCHING_PLUGIN, ...FREE_PLUGINS]
  if (!ids.every((id) => typeof id === 'string' && known.includes(id))) failUnpriced('plugins', known)
  return ids.includes(SEARCHING_PLUGIN)
}
