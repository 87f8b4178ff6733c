import type { Provider } from './provider.ts'

/** OpenAI and everything that speaks its chat completions. Source: https://platform.openai.com/docs/api-reference/chat (2026-11-21). */
export const openai: Provider = {
  protocol: 'openai-chat',
  clientPath: '/v1/chat/completions',
  path: '/chat/completions',
  headers: (upstream) => (upstream.apiKey === undefined ? {} : { authorization: `Bearer ${upstream.apiKey}` }),
  asksForUsage: true,
}
