import { fail } from '../../failures.ts'
import { readJson } from '../../lib/index.ts'
import type { UsageBound } from '../../spec/index.ts'
import type { AskedPieces } from '../protocol.ts'
import type { Span } from '../request-fields.ts'
import { type Edit, insertion } from '../splice.ts'

/** Uses of a web search or web fetch tool that a customer gave no `max_uses`; such a tool goes out with this one. */
export const TOOL_USES_MAX = 5

/**
 * Rounds after which the upstream breaks off a turn in which it runs tools. Source:
 * https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons#pause-turn (2026-11).
 */
export const ROUNDS_MAX = 10

/** What a request's tools that the upstream runs can come to, and the ceilings that make it so. */
export type ServerTools = {
  readonly counts: UsageBound['counts']
  readonly asksFor: AskedPieces
  /** How many times the model reads the prompt: once, and again with what each use of a tool brought. */
  readonly passes: number
  readonly ceilings: readonly Edit[]
}

/** No such tools. */
export const NO_SERVER_TOOLS: ServerTools = { counts: {}, asksFor: {}, passes: 1, ceilings: [] }

/** What the client runs though the provider defined it; what names no type or this one is the client's own. */
export const CLIENT_TOOL = /^(custom|(bash|text_editor|computer|memory)_\d+)$/

const SEARCH = /^web_search_/
const LIMITED = /^web_(search|fetch)_/
/** Charged by the time that its container runs, unless a tool of the web is there that runs code itself. */
const RUN = /^code_execution_/
const RUNS_CODE_SINCE = 20_260_209
/** What costs nothing but tokens; toolsets of a browser and a computer run at the client. */
const TOKENS_ALONE = /^(web_fetch_\w+|tool_search_tool_\w+|mcp_toolset|(browser|computer)_toolset_\d+)$/
const KNOWN = 'web_search, web_fetch, code_execution, tool_search_tool and mcp_toolset'

/** What the provider runs, as messages can define it too; one that is spelled with escapes may be anything. */
export const INLINE_SERVER_TOOL = /^"(?:(?:advisor|web_search|web_fetch|code_execution)_\d|[^"]*\\)/

/** The array of a request's tools, and where each `type` in it that is a text ends. */
export type ToolSpans = { readonly tools: Span; readonly typeEnds: readonly number[] }

/**
 * Reads the tools of a request. Sources: https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool and
 * /web-fetch-tool (`max_uses`), /server-tools (2026-11-26), /code-execution-tool (its price), /advisor-tool (2026-11-29).
 * Failure code: invalid_field, also at a tool that has no price here whatever the model.
 */
export function readServerTools(body: Buffer, { tools, typeEnds }: ToolSpans): ServerTools {
  const typed = (readJson(body.toString('utf8', tools.start, tools.end)) as readonly unknown[]).filter(hasType)
  if (typed.length !== typeEnds.length) fail('invalid_field', { field: 'tools', expected: 'each tool must name its type once' })
  const ceilings: Edit[] = []
  let searches = 0
  let others = 0
  for (const [index, tool] of typed.entries()) {
    if (CLIENT_TOOL.test(tool.type)) continue
    refuseUnpriced(tool)
    const uses = usesOf(tool)
    const at = typeEnds[index] ?? 0
    if (uses === undefined) ceilings.push(insertion(at, `,"max_uses":${TOOL_USES_MAX}`))
    if (SEARCH.test(tool.type)) searches += uses ?? TOOL_USES_MAX
    else others += uses ?? TOOL_USES_MAX
  }
  return {
    counts: { webSearches: searches, toolCalls: others },
    asksFor: askedPieces(typed),
    passes: 1 + Math.min(searches + others, ROUNDS_MAX),
    ceilings,
  }
}

/** A tool that names a model has that one answer too, at its own price. */
function refuseUnpriced(tool: Tool): void {
  const { type } = tool
  const isKnown = SEARCH.test(type) || RUN.test(type) || TOKENS_ALONE.test(type)
  if (isKnown && !('model' in tool)) return
  const expected = isKnown
    ? 'a tool that the provider runs cannot name a model; "model" of the request alone says which model answers'
    : `of tools that the provider runs only ${KNOWN} can be used here, as others have no price`
  fail('invalid_field', { field: 'tools', expected })
}

function askedPieces(tools: readonly Tool[]): AskedPieces {
  const runsCode = tools.some(({ type }) => LIMITED.test(type) && Number(/_(\d{8})$/.exec(type)?.[1] ?? 0) >= RUNS_CODE_SINCE)
  return {
    webSearches: tools.some(({ type }) => SEARCH.test(type)) ? 'tools' : undefined,
    toolCalls: !runsCode && tools.some(({ type }) => RUN.test(type)) ? 'tools' : undefined,
  }
}

type Tool = { readonly type: string; readonly [field: string]: unknown }

const hasType = (tool: unknown): tool is Tool =>
  typeof tool === 'object' && tool !== null && 'type' in tool && typeof tool.type === 'string'

/** The most uses of a tool; undefined where a ceiling can be set and is not. Tools without one end with the rounds. */
function usesOf(tool: Tool): number | undefined {
  if (!LIMITED.test(tool.type)) return ROUNDS_MAX
  const uses = tool['max_uses']
  if (!('max_uses' in tool)) return undefined
  if (Number.isSafeInteger(uses) && Number(uses) >= 1) return Number(uses)
  return fail('invalid_field', { field: 'tools', expected: 'max_uses must be a positive whole number where it is given' })
}
