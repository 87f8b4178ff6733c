import type { WrittenPrice } from '../../spec/index.ts'
import type { KnownUpstream } from './known-upstream.ts'

/** Searches and calls of other tools, of models that reason, and of those that do not. */
const TOOLS = { web_search: '0.01', tool_call: '0.03' }
const TOOLS_UNREASONED = { web_search: '0.025', tool_call: '0.03' }

const GPT_5_4_LONG = { prompt_tokens: 272_000, input: '5.00', output: '22.50', cache_read: '0.50' }
const GPT_5_4: WrittenPrice = {
  ...{ input: '2.50', output: '15.00', cache_read: '0.25', above: [GPT_5_4_LONG], ...TOOLS },
  service_tiers: {
    flex: { input: '1.25', output: '7.50', cache_read: '0.13', above: [GPT_5_4_LONG] },
    priority: { input: '5.00', output: '30.00', cache_read: '0.50', above: [{ ...GPT_5_4_LONG, output: '30.00' }] },
  },
}

type Rate = { readonly input: string; readonly output: string; readonly cache_read: string; readonly cache_write_5m: string }

/** The price of a model since GPT-5.6, from its rates for prompts up to 272,000 tokens and those for longer ones. */
const withWrites = (rate: Rate, longer: Rate): WrittenPrice => ({ ...rate, ...TOOLS, above: [{ prompt_tokens: 272_000, ...longer }] })

const LIMITS = { context: 1_050_000, outputMax: 128_000 } as const

/**
 * https://platform.openai.com/docs/pricing and /docs/models (2026-07-24). Long prompts and service tiers: LiteLLM's map and, but for
 * flex, models.dev alike (read 2026-11-26); where neither has a tier's price for long prompts, the dearer of what they have stands.
 * GPT-5.6 and later: https://developers.openai.com/api/docs/models and the page of each model, of gpt-6.2 also release notes of TokenMeter
 * 0.17.0, of the others LiteLLM's map (1.110.2), alike (read 2026-11-29). A write to the cache is one for 30 minutes; 12 hours cost twice
 * as much and are refused. Their tiers are left out, as one source alone tells them of gpt-6.2; gpt-5.6-sol is, as its price was promised
 * until 2026-11-21 alone.
 * Tools: pages that quote https://developers.openai.com/api/docs/pricing#built-in-tools of 2026-10-07 and 2026-10-09, alike (read 2026-11-29):
 * 10 USD for a thousand searches, 25 with the preview tool in models that do not reason; 2.50 for a thousand of files; 0.03 for a container
 * of 1 GB in 20 minutes, 0.12 to 1.92 for larger ones, which are refused. Of what a reply does not tell apart the dearest stands.
 */
export const openai: KnownUpstream = {
  variable: 'OPENAI_API_KEY',
  id: 'openai',
  name: 'OpenAI',
  kind: 'openai',
  baseUrl: 'https://api.openai.com/v1',
  privacy: {
    retention: '30 days',
    training: 'no',
    evidence: 'https://developers.openai.com/api/docs/guides/your-data',
    checked: '2026-11-26',
  },
  models: [
    {
      id: 'gpt-6.2-astra',
      ...LIMITS,
      price: withWrites(
        { input: '8.00', output: '40.00', cache_read: '0.40', cache_write_5m: '10.00' },
        { input: '16.00', output: '60.00', cache_read: '0.80', cache_write_5m: '20.00' },
      ),
    },
    {
      id: 'gpt-6.2-sol',
      ...LIMITS,
      price: withWrites(
        { input: '2.00', output: '10.00', cache_read: '0.10', cache_write_5m: '2.50' },
        { input: '4.00', output: '15.00', cache_read: '0.20', cache_write_5m: '5.00' },
      ),
    },
    {
      id: 'gpt-6.1-sol',
      ...LIMITS,
      price: withWrites(
        { input: '2.00', output: '10.00', cache_read: '0.10', cache_write_5m: '2.50' },
        { input: '4.00', output: '15.00', cache_read: '0.20', cache_write_5m: '5.00' },
      ),
    },
    {
      id: 'gpt-6.1-terra',
      ...LIMITS,
      price: withWrites(
        { input: '1.00', output: '5.00', cache_read: '0.05', cache_write_5m: '1.25' },
        { input: '2.00', output: '7.50', cache_read: '0.10', cache_write_5m: '2.50' },
      ),
    },
    {
      id: 'gpt-6-luna',
      ...LIMITS,
      price: withWrites(
        { input: '0.10', output: '0.50', cache_read: '0.01', cache_write_5m: '0.125' },
        { input: '0.20', output: '0.75', cache_read: '0.02', cache_write_5m: '0.25' },
      ),
    },
    {
      id: 'gpt-5.6-terra',
      ...LIMITS,
      price: withWrites(
        { input: '2.00', output: '12.00', cache_read: '0.20', cache_write_5m: '2.50' },
        { input: '4.00', output: '18.00', cache_read: '0.40', cache_write_5m: '5.00' },
      ),
    },
    {
      id: 'gpt-5.6-luna',
      ...LIMITS,
      price: withWrites(
        { input: '0.20', output: '1.20', cache_read: '0.02', cache_write_5m: '0.25' },
        { input: '0.40', output: '1.80', cache_read: '0.04', cache_write_5m: '0.50' },
      ),
    },
    { id: 'gpt-5.2', context: 400_000, outputMax: 128_000, price: { input: '1.75', output: '14.00', cache_read: '0.175', ...TOOLS } },
    { id: 'gpt-5.4', context: 1_050_000, outputMax: 128_000, price: GPT_5_4 },
    {
      id: 'gpt-5.4-mini',
      context: 400_000,
      outputMax: 128_000,
      price: {
        ...{ input: '0.75', output: '4.50', cache_read: '0.075', ...TOOLS },
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
        ...{ input: '0.20', output: '1.25', cache_read: '0.02', ...TOOLS },
        service_tiers: { flex: { input: '0.10', output: '0.625', cache_read: '0.01' } },
      },
    },
    {
      id: 'gpt-4.1',
      context: 1_047_576,
      outputMax: 32_768,
      price: { input: '2.00', output: '8.00', cache_read: '0.50', ...TOOLS_UNREASONED },
    },
    {
      id: 'gpt-4.1-mini',
      context: 1_047_576,
      outputMax: 32_768,
      price: { input: '0.40', output: '1.60', cache_read: '0.10', ...TOOLS_UNREASONED },
    },
  ],
}
