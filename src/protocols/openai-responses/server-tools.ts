import type { UsageBound } from '../../spec/index.ts'

/** Calls of tools that the upstream runs for a request that gave no `max_tool_calls`; it goes out with this one. */
export const TOOL_CALLS_MAX = 10

/**
 * What the client runs, though some of it the provider defined. Source: https://platform.openai.com/docs/guides/tools (2026-11-26).
 */
const CLIENT_TOOLS: ReadonlySet<string> = new Set(
  ['function', 'custom', 'namespace', 'local_shell', 'apply_patch', 'computer', 'computer_use_preview', 'computer-preview'].map(quoted),
)
const PLAIN_TOOLS: ReadonlySet<string> = new Set(['function', 'custom', 'namespace'].map(quoted))

/** What a tool that the client runs but the provider defined adds to the prompt at most. */
const DEFINED_TOOL_TOKENS_MAX = 1_500

/** The tools of a request by what they can come to. */
export type ToolsSeen = {
  readonly hasServerTool: boolean
  readonly hasSearch: boolean
  readonly hasPictureMaker: boolean
  /** Tokens that tools of the provider's making add, which the client runs. */
  readonly others: number
}

/** Takes the type of each tool, as it is spelled; one that is not known to run at the client runs at the upstream. */
export function toolTeller() {
  const seen = { hasServerTool: false, hasSearch: false, hasPictureMaker: false, others: 0 }
  return {
    type: (type: string): void => {
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

/**
 * The most of each counted class, where tools of the upstream may be called so many times. `max_tool_calls` is for all of them together.
 * Source: https://platform.openai.com/docs/api-reference/responses/create#responses-create-max_tool_calls (2026-11-26).
 */
export const countsOf = ({ hasServerTool, hasSearch }: ToolsSeen, calls: number): UsageBound['counts'] => ({
  calls: 1,
  webSearches: hasSearch ? calls : 0,
  toolCalls: hasServerTool ? calls : 0,
})

function quoted(word: string): string {
  return `"${word}"`
}
