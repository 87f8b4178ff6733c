import { fail } from '../../failures.ts'
import { readJson } from '../../lib/index.ts'
import type { UsageBound } from '../../spec/index.ts'
import type { AskedPieces } from '../protocol.ts'
import type { Span } from '../request-fields.ts'
import { objectAt, type UsageObject } from '../usage-figures.ts'

/** Calls of tools that the upstream runs for a request that gave no `max_tool_calls`; it goes out with this one. */
export const TOOL_CALLS_MAX = 10

/**
 * What the client runs, though some of it the provider defined; a shell does where it is not refused.
 * Source: https://platform.openai.com/docs/guides/tools (2026-11-29).
 */
const CLIENT_TYPES: ReadonlySet<string> = new Set([
  ...['function', 'custom', 'namespace', 'local_shell', 'apply_patch', 'computer', 'computer_use_preview', 'computer-preview', 'shell'],
])
const PLAIN_TYPES: ReadonlySet<string> = new Set(['function', 'custom', 'namespace'])
const [CLIENT_TOOLS, PLAIN_TOOLS] = [asSpelled(CLIENT_TYPES), asSpelled(PLAIN_TYPES)]

/**
 * What the provider runs: for a fee for each search or call, or for the tokens alone.
 * Source: https://developers.openai.com/api/docs/pricing#built-in-tools (2026-11-29).
 */
const SEARCHES = /^web_search\w*$/
const CHARGED: ReadonlySet<string> = new Set(['file_search', 'code_interpreter'])
const TOKENS_ALONE: ReadonlySet<string> = new Set(['mcp', 'tool_search', 'programmatic_tool_calling'])

/** The container that a call of a tool is priced with; larger ones cost up to 64 times as much. */
const MEMORY = '1g'

/** What a tool that the client runs but the provider defined adds to the prompt at most. */
const DEFINED_TOOL_TOKENS_MAX = 1_500

/** The tools of a request by what they can come to. */
export type ToolsSeen = {
  readonly hasServerTool: boolean
  readonly hasSearch: boolean
  readonly hasPictureMaker: boolean
  /** Whether some have to be looked into: what the provider runs, and what it may. */
  readonly hasOddTool: boolean
  /** How many types were told. */
  readonly types: number
  /** Tokens that tools of the provider's making add, which the client runs. */
  readonly others: number
}

/** Takes the type of each tool, as it is spelled; one that is not known to run at the client runs at the upstream. */
export function toolTeller() {
  const seen = { hasServerTool: false, hasSearch: false, hasPictureMaker: false, hasOddTool: false, types: 0, others: 0 }
  return {
    type: (type: string): void => {
      if (type !== '') seen.types += 1
      seen.hasOddTool ||= type === SHELL || !CLIENT_TOOLS.has(type)
      if (!CLIENT_TOOLS.has(type)) {
        seen.hasServerTool = true
        seen.hasSearch ||= !/^"(?:file_search|code_interpreter|image_generation|mcp)"$/.test(type)
        seen.hasPictureMaker ||= !/^"(?:web_search\w*|file_search|code_interpreter|mcp)"$/.test(type)
      } else if (!PLAIN_TOOLS.has(type)) seen.others += DEFINED_TOOL_TOKENS_MAX
    },
    /** What has no type that could be read, or may bring tools of its own. */
    other: (): void => {
      seen.hasServerTool = true
      seen.hasSearch = true
      seen.hasPictureMaker = true
    },
    seen: (): ToolsSeen => ({ ...seen }),
  }
}

const SHELL = '"shell"'

/** The tools of a request as they are written, and how many of them name a type. */
export type WrittenTools = { readonly span: Span; readonly types: number }

/**
 * What the tools of a request have the provider run for a fee. Fails with invalid_field at a tool that has no price here whatever the
 * model, and with nothing_stored at a container that was made before.
 */
export function askedTools(body: Buffer, { span, types }: WrittenTools): AskedPieces {
  const tools = typedTools(readJson(body.toString('utf8', span.start, span.end)))
  if (tools.length !== types) fail('invalid_field', { field: 'tools', expected: 'each tool must name its type once' })
  return piecesOf(tools)
}

/** The same of tools that items of the input bring with them. */
export const broughtTools = (body: Buffer, span: Span): AskedPieces =>
  piecesOf(listOf(readJson(body.toString('utf8', span.start, span.end))).flatMap((item) => typedTools(objectAt(item)?.['tools'])))

type Tool = UsageObject & { readonly type: string }

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const typedTools = (tools: unknown): readonly Tool[] => listOf(tools).map(objectAt).filter(hasType)

const hasType = (tool: UsageObject | undefined): tool is Tool => typeof tool?.['type'] === 'string'

function piecesOf(tools: readonly Tool[]): AskedPieces {
  for (const tool of tools) refuseUnpriced(tool)
  return {
    webSearches: tools.some(({ type }) => SEARCHES.test(type)) ? 'tools' : undefined,
    toolCalls: tools.some(({ type }) => CHARGED.has(type)) ? 'tools' : undefined,
  }
}

function refuseUnpriced(tool: Tool): void {
  const { type } = tool
  if (type === 'image_generation') refuse('image_generation has no price here; make pictures with /v1/images/generations')
  if (type === 'shell' && objectAt(tool['environment'])?.['type'] !== 'local')
    refuse('a shell can be used with environment.type "local" alone, as one that the provider runs has no price')
  if (type === 'code_interpreter') refuseContainer(tool['container'])
  if (CLIENT_TYPES.has(type) || SEARCHES.test(type) || CHARGED.has(type) || TOKENS_ALONE.has(type)) return
  refuse(`of tools that the provider runs only ${KNOWN} can be used here, as others have no price`)
}

const KNOWN = ['web_search', ...CHARGED, ...TOKENS_ALONE].join(', ')

/** One that was made before may be of any size. */
function refuseContainer(container: unknown): void {
  if (typeof container === 'string') fail('nothing_stored', { field: 'tools.container' })
  const memory = objectAt(container)?.['memory_limit'] ?? MEMORY
  if (memory !== MEMORY) refuse(`a container can have a memory_limit of ${MEMORY} alone, as larger ones have no price`)
}

const refuse = (expected: string): never => fail('invalid_field', { field: 'tools', expected })

/**
 * The most of each counted class, where tools of the upstream may be called so many times. `max_tool_calls` is for all of them together.
 * Source: https://platform.openai.com/docs/api-reference/responses/create#responses-create-max_tool_calls (2026-11-26).
 */
export const countsOf = ({ hasServerTool, hasSearch }: ToolsSeen, calls: number): UsageBound['counts'] => ({
  calls: 1,
  webSearches: hasSearch ? calls : 0,
  toolCalls: hasServerTool ? calls : 0,
})

function asSpelled(types: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...types].map((type) => `"${type}"`))
}
