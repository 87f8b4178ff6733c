import type { KnownUpstream } from './known-upstream.ts'

const LIMITS = { context: 1_048_576, outputMax: 65_536 } as const

/**
 * models.dev of 2026-07-02 and pages that quote https://ai.google.dev/gemini-api/docs/pricing (2026-10-07), alike (read 2026-11-26); a
 * read from the cache is a tenth of the input, sound of 3.1-flash-lite is told by models.dev alone. A search is 35 USD for a thousand
 * prompts up to 2.5, 14 for a thousand queries of later models; a use of maps is 25 USD for a thousand prompts up to 2.5
 * (pages that quote the same, read 2026-11-29), and of later models pages differ, so that it has no price there. Gemini 4: LiteLLM's map
 * (1.110.2) and discussions 46238 and 50970, release notes of TokenMeter 0.13.1 and 0.17.0, https://docs.laozhang.ai/en/announcements, all
 * alike and none with another price for sound (read 2026-11-29); argon and carbon have the price that holds from 2026-12-01, twice that
 * of before. gemini-3.8-flash is left out, as its price doubles on 2027-01-01; flex and priority are, as they are told as a share alone.
 */
export const gemini: KnownUpstream = {
  variable: 'GEMINI_API_KEY',
  id: 'gemini',
  name: 'Google Gemini',
  listedAs: ['google'],
  kind: 'gemini',
  baseUrl: 'https://generativelanguage.googleapis.com',
  models: [
    { id: 'gemini-4-carbon', ...LIMITS, price: { input: '4.00', output: '20.00', cache_read: '0.20', web_search: '0.014' } },
    { id: 'gemini-4-argon', ...LIMITS, price: { input: '4.00', output: '20.00', cache_read: '0.20', web_search: '0.014' } },
    { id: 'gemini-4-neon', ...LIMITS, price: { input: '3.00', output: '15.00', cache_read: '0.15', web_search: '0.014' } },
    { id: 'gemini-4-hydrogen', ...LIMITS, price: { input: '1.50', output: '7.50', cache_read: '0.075', web_search: '0.014' } },
    { id: 'gemini-3.5-flash', ...LIMITS, price: { input: '1.50', output: '9.00', cache_read: '0.15', web_search: '0.014' } },
    { id: 'gemini-3.5-flash-lite', ...LIMITS, price: { input: '0.30', output: '2.50', cache_read: '0.03', web_search: '0.014' } },
    {
      id: 'gemini-3.1-pro-preview',
      ...LIMITS,
      price: {
        ...{ input: '2.00', output: '12.00', cache_read: '0.20', web_search: '0.014' },
        above: [{ prompt_tokens: 200_000, input: '4.00', output: '18.00', cache_read: '0.40' }],
      },
    },
    {
      id: 'gemini-3.1-flash-lite',
      ...LIMITS,
      price: { input: '0.25', output: '1.50', cache_read: '0.025', audio_input: '0.50', web_search: '0.014' },
    },
    {
      id: 'gemini-3-flash-preview',
      ...LIMITS,
      price: { input: '0.50', output: '3.00', cache_read: '0.05', audio_input: '1.00', web_search: '0.014' },
    },
    {
      id: 'gemini-2.5-pro',
      ...LIMITS,
      price: {
        ...{ input: '1.25', output: '10.00', cache_read: '0.125', web_search: '0.035', tool_call: '0.025' },
        above: [{ prompt_tokens: 200_000, input: '2.50', output: '15.00', cache_read: '0.25' }],
      },
    },
    {
      id: 'gemini-2.5-flash',
      ...LIMITS,
      price: { input: '0.30', output: '2.50', cache_read: '0.03', audio_input: '1.00', web_search: '0.035', tool_call: '0.025' },
    },
    {
      id: 'gemini-2.5-flash-lite',
      ...LIMITS,
      price: { input: '0.10', output: '0.40', cache_read: '0.01', audio_input: '0.30', web_search: '0.035', tool_call: '0.025' },
    },
    { id: 'gemini-embedding-001', context: 2_048, outputMax: 1, price: { embedding: '0.15' } },
  ],
}
