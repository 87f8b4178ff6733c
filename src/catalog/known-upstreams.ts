import type { UpstreamKind, WrittenPrice } from '../spec/index.ts'

/** An upstream that a provider key in the environment brings with it. Limits in tokens, prices in USD per million tokens. */
export type KnownUpstream = {
  readonly variable: string
  readonly id: string
  readonly kind: UpstreamKind
  readonly baseUrl: string
  readonly models: readonly KnownModel[]
}

/** A model without a price is listed and refused until the operator sets one. */
export type KnownModel = {
  readonly id: string
  readonly context: number
  readonly outputMax: number
  readonly price: WrittenPrice | undefined
}

/**
 * One row per provider; published prices as of the date beside each. Models whose provider asks more for long prompts are left out, as
 * one price per class could not cover them: add those in farebox.yaml with the price you choose.
 */
export const KNOWN_UPSTREAMS: readonly KnownUpstream[] = [
  {
    // https://platform.openai.com/docs/pricing and /docs/models (2026-07-24)
    variable: 'OPENAI_API_KEY',
    id: 'openai',
    kind: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    models: [
      { id: 'gpt-5.2', context: 400_000, outputMax: 128_000, price: { input: '1.75', output: '14.00', cache_read: '0.175' } },
      { id: 'gpt-5.4-mini', context: 400_000, outputMax: 128_000, price: { input: '0.75', output: '4.50', cache_read: '0.075' } },
      { id: 'gpt-5.4-nano', context: 400_000, outputMax: 128_000, price: { input: '0.20', output: '1.25', cache_read: '0.02' } },
      { id: 'gpt-4.1', context: 1_047_576, outputMax: 32_768, price: { input: '2.00', output: '8.00', cache_read: '0.50' } },
      { id: 'gpt-4.1-mini', context: 1_047_576, outputMax: 32_768, price: { input: '0.40', output: '1.60', cache_read: '0.10' } },
    ],
  },
  {
    // https://platform.claude.com/docs/en/about-claude/pricing and /models/overview (2026-07-24); cache writes follow from the input price
    variable: 'ANTHROPIC_API_KEY',
    id: 'anthropic',
    kind: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    models: [
      { id: 'claude-opus-5', context: 1_000_000, outputMax: 128_000, price: { input: '5.00', output: '25.00', cache_read: '0.50' } },
      { id: 'claude-opus-4-6', context: 1_000_000, outputMax: 128_000, price: { input: '5.00', output: '25.00', cache_read: '0.50' } },
      { id: 'claude-sonnet-4-6', context: 1_000_000, outputMax: 64_000, price: { input: '3.00', output: '15.00', cache_read: '0.30' } },
      { id: 'claude-sonnet-4-5', context: 200_000, outputMax: 64_000, price: { input: '3.00', output: '15.00', cache_read: '0.30' } },
      { id: 'claude-haiku-4-5', context: 200_000, outputMax: 64_000, price: { input: '1.00', output: '5.00', cache_read: '0.10' } },
    ],
  },
  {
    // https://api-docs.deepseek.com/quick_start/pricing (2026-05-22)
    variable: 'DEEPSEEK_API_KEY',
    id: 'deepseek',
    kind: 'openai-compatible',
    baseUrl: 'https://api.deepseek.com',
    models: [
      { id: 'deepseek-v4-flash', context: 1_000_000, outputMax: 384_000, price: { input: '0.14', output: '0.28', cache_read: '0.0028' } },
      { id: 'deepseek-v4-pro', context: 1_000_000, outputMax: 384_000, price: { input: '0.435', output: '0.87', cache_read: '0.003625' } },
    ],
  },
  {
    // https://ai.google.dev/gemini-api/docs/openai and /docs/pricing (2026-06-14). Models that think by default are left out: this
    // endpoint's completion_tokens does not hold their thinking, which Google bills.
    variable: 'GEMINI_API_KEY',
    id: 'gemini',
    kind: 'openai-compatible',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    models: [
      {
        id: 'gemini-2.5-flash-lite',
        context: 1_048_576,
        outputMax: 65_536,
        price: { input: '0.10', output: '0.40', cache_read: '0.01' },
      },
    ],
  },
  {
    // https://www.volcengine.com/docs/82379 (2026-05): prices are in yuan and by length of prompt, so the operator has to set his own.
    variable: 'ARK_API_KEY',
    id: 'ark',
    kind: 'openai-compatible',
    baseUrl: 'https://ark.cn-beijing.volces.com/api/v3',
    models: [
      { id: 'doubao-seed-1-6-251015', context: 262_144, outputMax: 32_768, price: undefined },
      { id: 'doubao-seed-1-6-flash-250828', context: 262_144, outputMax: 32_768, price: undefined },
    ],
  },
]
