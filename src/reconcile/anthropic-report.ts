import { z } from 'zod'
import { isoDate, type NanoUsd, utcDayOf } from '../lib/index.ts'
import type { Figures } from './difference.ts'
import { exactNumber, type FineUsd, fineUsd, nearestNano, readPages } from './pages.ts'
import { type ReadReport, ReportError, wholeOf } from './provider-report.ts'

const count = exactNumber.nullish().transform((number) => number ?? undefined)

const usagePage = z.object({
  data: z.array(
    z.object({
      starting_at: z.string().max(40),
      results: z.array(
        z.object({
          model: z.string().max(200).nullish(),
          uncached_input_tokens: count,
          cache_read_input_tokens: count,
          cache_creation: z.object({ ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count }).nullish(),
          output_tokens: count,
        }),
      ),
    }),
  ),
  has_more: z.boolean(),
  next_page: z.string().max(2000).nullish(),
})

const costPage = z.object({
  data: z.array(
    z.object({
      starting_at: z.string().max(40),
      results: z.array(
        z.object({
          amount: z.union([z.string().max(100), exactNumber]),
          currency: z.string(),
          description: z.string().max(300).nullish(),
          model: z.string().max(200).nullish(),
        }),
      ),
    }),
  ),
  has_more: z.boolean(),
  next_page: z.string().max(2000).nullish(),
})

/** Amounts are in cents. */
const CENTS = -2

/**
 * What Anthropic says of a day: tokens by model from its usage report, dollars by model from its cost report.
 * Source: platform.claude.com/docs/en/api/admin/usage_report and …/cost_report (2026-11-26).
 */
export const readAnthropicReport: ReadReport = async ({ baseUrl, adminKey }, day, readPage) => {
  const headers = { 'x-api-key': adminKey, 'anthropic-version': '2023-06-01' }
  const after = isoDate(utcDayOf(Date.parse(day)) + 1)
  const urlOf = (path: string, groupBy: string) => (page: string | undefined) => {
    const query = new URLSearchParams({ starting_at: `${day}T00:00:00Z`, ending_at: `${after}T00:00:00Z`, bucket_width: '1d', limit: '1' })
    query.append('group_by[]', groupBy)
    if (page !== undefined) query.set('page', page)
    return `${baseUrl}/v1/organizations/${path}?${query.toString()}`
  }
  const usage = await readPages(readPage, { urlOf: urlOf('usage_report/messages', 'model'), headers, schema: usagePage })
  const costs = await readPages(readPage, { urlOf: urlOf('cost_report', 'description'), headers, schema: costPage })
  const told = new Map<string, Figures>()
  for (const result of usage.flatMap((bucket) => resultsOf(bucket, day))) {
    const model = result.model ?? UNNAMED
    const known = told.get(model)
    const written = result.cache_creation
    const input =
      wholeOf(result.uncached_input_tokens) +
      wholeOf(result.cache_read_input_tokens) +
      wholeOf(written?.ephemeral_5m_input_tokens) +
      wholeOf(written?.ephemeral_1h_input_tokens)
    const output = (known?.output ?? 0) + wholeOf(result.output_tokens)
    told.set(model, { calls: undefined, input: (known?.input ?? 0) + input, output, amount: 0n })
  }
  for (const [model, amount] of sumCosts(costs.flatMap((bucket) => resultsOf(bucket, day)))) {
    const known = told.get(model) ?? { calls: undefined, input: 0, output: 0, amount: 0n }
    told.set(model, { ...known, amount })
  }
  return told
}

/** What a report calls the rest that it gives no model for. */
const UNNAMED = '(no model)'

type Bucket<Result> = { readonly starting_at: string; readonly results: readonly Result[] }

/** A bucket of another day than was asked for would be counted twice on two days. */
function resultsOf<Result>(bucket: Bucket<Result>, day: string): readonly Result[] {
  if (bucket.results.length > 0 && !bucket.starting_at.startsWith(`${day}T00:00:00`)) throw new ReportError('BUCKET', true)
  return bucket.results
}

type Cost = z.output<typeof costPage>['data'][number]['results'][number]

/** What is no tokens of a model, such as web searches, is told by its description. */
function sumCosts(costs: readonly Cost[]): ReadonlyMap<string, NanoUsd> {
  const sums = new Map<string, FineUsd>()
  for (const { amount, currency, model, description } of costs) {
    if (currency.toUpperCase() !== 'USD') throw new ReportError('CURRENCY', true)
    const name = model ?? description ?? UNNAMED
    const spelled = typeof amount === 'string' ? amount : amount.source
    sums.set(name, (sums.get(name) ?? 0n) + fineUsd(spelled, CENTS))
  }
  return new Map([...sums].map(([name, fine]) => [name, nearestNano(fine)]))
}
