/** Official clients, made alike for tests. */
import { aiAnthropicClient, aiGoogleClient, aiOpenaiChatClient, aiOpenaiClient } from './ai-sdk.ts'
import { anthropicClient } from './anthropic-messages.ts'
import type { MakeClient } from './client.ts'
import { geminiClient } from './gemini.ts'
import { openaiChatClient } from './openai-chat.ts'
import { openaiResponsesClient } from './openai-responses.ts'

export type { Client, Question, ToolUse, Understood } from './client.ts'

export const CLIENTS: readonly MakeClient[] = [
  openaiChatClient,
  openaiResponsesClient,
  anthropicClient,
  geminiClient,
  aiOpenaiChatClient,
  aiOpenaiClient,
  aiAnthropicClient,
  aiGoogleClient,
]
