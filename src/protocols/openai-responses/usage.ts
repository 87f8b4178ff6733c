import type { Usage } from '../../spec/index.ts'
import { OpenaiUsage } from '../openai-family/index.ts'

/** Tools that are charged by the call. Source: https://platform.openai.com/docs/pricing (2026-11-26). */
const CHARGED: ReadonlySet<string> = new Set(['file_search_call', 'code_interpreter_call'])

/** What a search tool does besides searching; it is not charged. Source as above. */
const READING: ReadonlySet<string> = new Set(['open_page', 'find_in_page', 'find'])

/**
 * Reads the usage of responses: that of chat completions in other words, with tools of the provider's beside it, as its items tell them.
 * Source: https://platform.openai.com/docs/api-reference/responses/object (2026-11-26).
 */
export class ResponseUsage extends OpenaiUsage {
  #searches = 0
  #readings = 0
  #toolCalls = 0

  constructor() {
    super('responses')
  }

  /** What was told, with the tools that its items tell. */
  override usage(): Usage | undefined {
    const usage = super.usage()
    if (usage === undefined) return undefined
    const webSearches = Math.max(usage.webSearches, this.#searches - this.#readings)
    return { ...usage, webSearches, toolCalls: Math.max(usage.toolCalls, this.#toolCalls) }
  }

  /** Takes the type of an item that is whole. */
  addItem(type: string): void {
    if (type === 'web_search_call') this.#searches += 1
    if (CHARGED.has(type)) this.#toolCalls += 1
  }

  /** Takes the type of what a search of the web did. */
  addAction(type: string): void {
    if (READING.has(type)) this.#readings += 1
  }
}
