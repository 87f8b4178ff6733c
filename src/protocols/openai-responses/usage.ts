import { replyUsage } from '../openai-family/index.ts'
import type { ReplyUsage } from '../usage-figures.ts'

/** The usage of one response, and what its items tell of tools that the provider ran. */
export type ResponseUsage = ReplyUsage & {
  /** Takes the type of an item that is whole. */
  readonly addItem: (type: string) => void
  /** Takes the type of what a search of the web did. */
  readonly addAction: (type: string) => void
}

/** Tools that are charged by the call. Source: https://platform.openai.com/docs/pricing (2026-11-26). */
const CHARGED: ReadonlySet<string> = new Set(['file_search_call', 'code_interpreter_call'])

/** What a search tool does besides searching; it is not charged. Source as above. */
const READING: ReadonlySet<string> = new Set(['open_page', 'find_in_page', 'find'])

/**
 * Reads the usage of responses: that of chat completions in other words, with tools of the provider's beside it, as its items tell them.
 * Source: https://platform.openai.com/docs/api-reference/responses/object (2026-11-26).
 */
export function responseUsage(): ResponseUsage {
  const inner = replyUsage()
  let [searches, readings, toolCalls] = [0, 0, 0]
  return {
    ...inner,
    add: (told) => {
      const { input_tokens, output_tokens, input_tokens_details, output_tokens_details, ...others } = told
      inner.add({
        ...others,
        prompt_tokens: input_tokens,
        completion_tokens: output_tokens,
        prompt_tokens_details: input_tokens_details,
        completion_tokens_details: output_tokens_details,
      })
    },
    usage: () => {
      const usage = inner.usage()
      if (usage === undefined) return undefined
      return { ...usage, webSearches: Math.max(usage.webSearches, searches - readings), toolCalls: Math.max(usage.toolCalls, toolCalls) }
    },
    addItem: (type) => {
      if (type === 'web_search_call') searches += 1
      if (CHARGED.has(type)) toolCalls += 1
    },
    addAction: (type) => {
      if (READING.has(type)) readings += 1
    },
  }
}
