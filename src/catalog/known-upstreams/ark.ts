import type { KnownUpstream } from './known-upstream.ts'

/**
 * https://www.volcengine.com/docs/82379 (2026-11-26): its prices are in yuan, so the operator has to set his own. Limits as LiteLLM's map has
 * them (1.110.2).
 */
export const ark: KnownUpstream = {
  variable: 'ARK_API_KEY',
  id: 'ark',
  name: 'Volcano Ark (Doubao)',
  kind: 'openai-compatible',
  baseUrl: 'https://ark.cn-beijing.volces.com/api/v3',
  models: [
    { id: 'doubao-seed-2-1-pro-260915', context: 1_024_000, outputMax: 256_000, price: undefined },
    { id: 'doubao-seed-2-1-lite-260915', context: 1_024_000, outputMax: 256_000, price: undefined },
    { id: 'doubao-seed-2-1-turbo-260628', context: 256_000, outputMax: 256_000, price: undefined },
  ],
}
