/** Official clients, made alike for tests. */
import { aiAnthropicClient, aiOpenaiChatClient } from './ai-sdk.ts'
import { anthropicClient } from './anthropic-messages.ts'
import type { MakeClient } from './client.ts'
import { openaiChatClient } from './openai-chat.ts'

export type { Client, Question, ToolUse, Understood } from './client.ts'

export const CLIENTS: readonly MakeClient[] = [openaiChatClient, anthropicClient, aiOpenaiChatClient, aiAnthropicClient]
