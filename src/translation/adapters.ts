import type { Adapters } from './adapter.ts'
import { anthropicMessagesAdapter } from './anthropic-messages/index.ts'
import { geminiAdapter } from './gemini/index.ts'
import { openaiChatAdapter } from './openai-chat/index.ts'
import { openaiResponsesAdapter } from './openai-responses/index.ts'

/** Every adapter, by the name of its protocol. */
export const ADAPTERS: Adapters = {
  'openai-chat': openaiChatAdapter,
  'openai-responses': openaiResponsesAdapter,
  'anthropic-messages': anthropicMessagesAdapter,
  gemini: geminiAdapter,
}
