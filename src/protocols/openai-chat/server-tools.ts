import { fail } from '../../failures.ts'
import { readJson } from '../../lib/index.ts'
import type { Span } from '../request-fields.ts'
import { objectAt } from '../usage-figures.ts'

/** What the client runs. */
const CLIENT_TYPES: readonly string[] = ['function', 'custom']

/**
 * Tools of routers carry a prefix of theirs. Of OpenRouter's one is charged by the search and one costs nothing; the others have dearer
 * models answer, make pictures or run shells. Source: https://openrouter.ai/docs/guides/features/server-tools (2026-11-29).
 */
const PREFIXED = /^[a-z]+:/i
const ROUTER_SEARCH = 'openrouter:web_search'
const ROUTER_FREE = 'openrouter:datetime'

/** The tools of a request as they are written, and how many of them name a type. */
export type WrittenTools = { readonly span: Span; readonly types: number }

/** Whether some tool has the upstream run something for a fee. Fails with invalid_field at one that has no price here whatever the model. */
export function hasChargedTool(body: Buffer, { span, types }: WrittenTools): boolean {
  const tools = readJson(body.toString('utf8', span.start, span.end)) as readonly unknown[]
  const told = tools.map((tool) => objectAt(tool)?.['type']).filter((type) => typeof type === 'string')
  if (told.length !== types) fail('invalid_field', { field: 'tools', expected: 'each tool must name its type once' })
  if (told.some(isUnpriced)) {
    const expected = `of tools that a router runs only ${ROUTER_SEARCH} and ${ROUTER_FREE} can be used here, as others have no price`
    fail('invalid_field', { field: 'tools', expected })
  }
  return told.some((type) => !CLIENT_TYPES.includes(type) && type !== ROUTER_FREE)
}

const isUnpriced = (type: string): boolean => PREFIXED.test(type) && type !== ROUTER_SEARCH && type !== ROUTER_FREE
