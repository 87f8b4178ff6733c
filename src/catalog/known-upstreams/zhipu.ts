import type { KnownUpstream } from './known-upstream.ts'

/**
 * https://docs.bigmodel.cn, ZHIPUAI_API_KEY (2026-11-26): the same models as at Z.ai, in China, with prices in yuan, so the operator has to set
 * his own.
 */
export const zhipu: KnownUpstream = {
  variable: 'ZHIPUAI_API_KEY',
  id: 'zhipu',
  name: 'Zhipu',
  kind: 'openai-compatible',
  baseUrl: 'https://open.bigmodel.cn/api/paas/v4',
  models: [
    { id: 'zhipu/glm-5.3', upstreamModel: 'glm-5.3', context: 1_000_000, outputMax: 131_072, price: undefined },
    { id: 'zhipu/glm-5.3-flash', upstreamModel: 'glm-5.3-flash', context: 1_048_576, outputMax: 131_072, price: undefined },
  ],
}
