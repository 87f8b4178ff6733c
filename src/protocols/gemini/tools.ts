import { fail } from '../../failures.ts'
import { readJson } from '../../lib/index.ts'
import type { UsageBound } from '../../spec/index.ts'
import type { AskedPieces } from '../protocol.ts'
import type { Span } from '../request-fields.ts'
import { objectAt } from '../usage-figures.ts'

/** What a request's tools can come to. */
export type Tools = {
  readonly hasTools: boolean
  /** Whether the provider runs some of them. */
  readonly hasServerTool: boolean
  /** Tokens that tools of the provider's making add, which the client runs. */
  readonly others: number
  readonly counts: UsageBound['counts']
  readonly asksFor: AskedPieces
  /** How many times the model may read its context. */
  readonly passes: number
}

const NO_TOOLS: Tools = {
  ...{ hasTools: false, hasServerTool: false, others: 0, passes: 1 },
  counts: { webSearches: 0, toolCalls: 0 },
  asksFor: {},
}

/** What runs at the client. */
const DECLARATIONS = /^function_?declarations$/i
const COMPUTER = /^computer_?use$/i
/** What reads from something that was stored at the provider. */
const STORED = /^(?:file_?search|retrieval)$/i
/** What is charged by the search; a map by the prompt that it is used for. */
const SEARCHES = /search/i
const MAPS = /maps/i

/** More tools than any model takes; each is looked at. */
const TOOLS_MAX = 10_000

/** What a tool that the client runs but the provider defined adds to the prompt at most. */
const DEFINED_TOOL_TOKENS_MAX = 1_500
/** Rounds in which the provider runs its tools: their count is in no request, so this is a guess that is sure to be enough. */
const ROUNDS_MAX = 10
/** Queries of a call that may search. */
const SEARCHES_MAX = 50

/**
 * Reads the tools of a request: a list of objects, each naming its kind as a key, or one such object. Source:
 * https://ai.google.dev/api/caching#Tool, https://ai.google.dev/gemini-api/docs/google-search (2026-11-26). Failure codes: invalid_field, nothing_stored.
 */
export function readTools(body: Buffer, span: Span | undefined): Tools {
  if (span === undefined) return NO_TOOLS
  const given: unknown = readJson(body.toString('utf8', span.start, span.end))
  const tools: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (tools.length > TOOLS_MAX) fail('invalid_field', { field: 'tools', expected: `it must have at most ${TOOLS_MAX} elements` })
  const kinds = tools.flatMap((tool) => Object.keys(objectAt(tool) ?? { unknown: true }))
  const stored = kinds.find((kind) => STORED.test(kind))
  if (stored !== undefined) fail('nothing_stored', { field: `tools.${stored}` })
  const served = kinds.filter((kind) => !DECLARATIONS.test(kind) && !COMPUTER.test(kind))
  const [searches, maps] = [served.some((kind) => SEARCHES.test(kind)), served.some((kind) => MAPS.test(kind))]
  return {
    hasTools: kinds.length > 0,
    hasServerTool: served.length > 0,
    others: kinds.filter((kind) => COMPUTER.test(kind)).length * DEFINED_TOOL_TOKENS_MAX,
    counts: { webSearches: searches ? SEARCHES_MAX : 0, toolCalls: maps ? 1 : 0 },
    asksFor: { webSearches: searches ? 'tools' : undefined, toolCalls: maps ? 'tools' : undefined },
    passes: served.length > 0 ? 1 + ROUNDS_MAX : 1,
  }
}
