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

const GPT_5_4_LONG = { prompt_tokens: 272_000, input: '5.00', output: '22.50', cache_read: '0.50' }
const GPT_5_4: WrittenPrice = {
  ...{ input: '2.50', output: '15.00', cache_read: '0.25', above: [GPT_5_4_LONG] },
  service_tiers: {
    flex: { input: '1.25', output: '7.50', cache_read: '0.13', above: [GPT_5_4_LONG] },
    priority: { input: '5.00', output: '30.00', cache_read: '0.50', above: [{ ...GPT_5_4_LONG, output: '30.00' }] },
  },
}

/** One row per provider; published prices as of the date beside each. A model whose prices two public lists tell differently is left out. */
export const KNOWN_UPSTREAMS: readonly KnownUpstream[] = [
  {
    // https://platform.openai.com/docs/pricing and /docs/models (2026-07-24). Long prompts and service tiers: LiteLLM's map and, but for
    // flex, models.dev alike (read 2026-11-26); where neither has a tier's price for long prompts, the dearer of what they have stands.
    variable: 'OPENAI_API_KEY',
    id: 'openai',
    kind: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    models: [
      { id: 'gpt-5.2', context: 400_000, outputMax: 128_000, price: { input: '1.75', output: '14.00', cache_read: '0.175' } },
      { id: 'gpt-5.4', context: 1_050_000, outputMax: 128_000, price: GPT_5_4 },
      {
        id: 'gpt-5.4-mini',
        context: 400_000,
        outputMax: 128_000,
        price: {
          ...{ input: '0.75', output: '4.50', cache_read: '0.075' },
          service_tiers: {
            flex: { input: '0.375', output: '2.25', cache_read: '0.0375' },
            priority: { input: '1.50', output: '9.00', cache_read: '0.15' },
          },
        },
      },
      {
        id: 'gpt-5.4-nano',
        context: 400_000,
        outputMax: 128_000,
        price: {
          ...{ input: '0.20', output: '1.25', cache_read: '0.02' },
          service_tiers: { flex: { input: '0.10', output: '0.625', cache_read: '0.01' } },
        },
      },
      { id: 'gpt-4.1', context: 1_047_576, outputMax: 32_768, price: { input: '2.00', output: '8.00', cache_read: '0.50' } },
      { id: 'gpt-4.1-mini', context: 1_047_576, outputMax: 32_768, price: { input: '0.40', output: '1.60', cache_read: '0.10' } },
    ],
  },
  {
    // https://platform.claude.com/docs/en/about-claude/pricing and /models/overview (2026-07-24); cache writes follow from the
    // input price, a web search is 0.01 (10 USD for a thousand, 2026-11-26)
    variable: 'ANTHROPIC_API_KEY',
    id: 'anthropic',
    kind: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    models: [
      {
        id: 'claude-opus-5',
        context: 1_000_000,
        outputMax: 128_000,
        price: { input: '5.00', output: '25.00', cache_read: '0.50', web_search: '0.01' },
      },
      {
        id: 'claude-opus-4-6',
        context: 1_000_000,
        outputMax: 128_000,
        price: { input: '5.00', output: '25.00', cache_read: '0.50', web_search: '0.01' },
      },
      {
        id: 'claude-sonnet-4-6',
        context: 1_000_000,
        outputMax: 64_000,
        price: { input: '3.00', output: '15.00', cache_read: '0.30', web_search: '0.01' },
      },
      {
        id: 'claude-sonnet-4-5',
        context: 200_000,
        outputMax: 64_000,
        price: { input: '3.00', output: '15.00', cache_read: '0.30', web_search: '0.01' },
      },
      {
        id: 'claude-haiku-4-5',
        context: 200_000,
        outputMax: 64_000,
        price: { input: '1.00', output: '5.00', cache_read: '0.10', web_search: '0.01' },
      },
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
