import { z } from 'zod'
import { type NanoUsd, utcDayOf } from '../lib/index.ts'
import type { Figures } from './difference.ts'
import { exactNumber, type FineUsd, fineUsd, nearestNano, readPages } from './pages.ts'
import { type ReadReport, ReportError, wholeOf } from './provider-report.ts'

const count = exactNumber.optional()

const usagePage = z.object({
  data: z.array(
    z.object({
      start_time: exactNumber,
      results: z.array(
        z.object({
          model: z.string().max(200).nullish(),
          input_tokens: count,
          output_tokens: count,
          num_model_requests: count,
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
      start_time: exactNumber,
      results: z.array(
        z.object({
          amount: z.object({ value: z.union([exactNumber, z.string().max(100)]), currency: z.string() }).optional(),
          line_item: z.string().max(300).nullish(),
        }),
      ),
    }),
  ),
  has_more: z.boolean(),
  next_page: z.string().max(2000).nullish(),
})

const USAGES = ['completions', 'embeddings'] as const
const DAY_SECONDS = 86_400

/**
 * What OpenAI says of a day: tokens by model from its usage report, those of sound and pictures among them, and dollars by model from its costs,
 * whose line items are "model, kind". Models that only the costs name, as those that draw or speak, are told of without tokens.
 * Source: developers.openai.com/api/reference/resources/admin, usage and costs (2026-11-29).
 */
export const readOpenaiReport: ReadReport = async ({ baseUrl, adminKey }, day, readPage) => {
  const headers = { authorization: `Bearer ${adminKey}` }
  const start = utcDayOf(Date.parse(day)) * DAY_SECONDS
  const urlOf = (path: string, groupBy: string) => (page: string | undefined) => {
    const query = new URLSearchParams({ start_time: String(start), end_time: String(start + DAY_SECONDS), bucket_width: '1d', limit: '1' })
    query.append('group_by', groupBy)
    if (page !== undefined) query.set('page', page)
    return `${baseUrl}/organization/${path}?${query.toString()}`
  }
  const told = new Map<string, Figures>()
  for (const usage of USAGES) {
    const buckets = await readPages(readPage, { urlOf: urlOf(`usage/${usage}`, 'model'), headers, schema: usagePage })
    for (const result of buckets.flatMap((bucket) => resultsOf(bucket, start)))
      add(told, result.model ?? UNNAMED, {
        calls: wholeOf(result.num_model_requests),
        input: wholeOf(result.input_tokens),
        output: wholeOf(result.output_tokens),
      })
  }
  const costs = await readPages(readPage, { urlOf: urlOf('costs', 'line_item'), headers, schema: costPage })
  for (const [model, amount] of sumCosts(costs.flatMap((bucket) => resultsOf(bucket, start)))) {
    const known = told.get(model) ?? { calls: undefined, input: undefined, output: undefined, amount: 0n }
    told.set(model, { ...known, amount })
  }
  return told
}

/** What a report calls the rest that it gives no model for. */
const UNNAMED = '(no model)'

type Bucket<Result> = { readonly start_time: { readonly source: string }; readonly results: readonly Result[] }

/** A bucket of another day than was asked for would be counted twice on two days. */
function resultsOf<Result>(bucket: Bucket<Result>, start: number): readonly Result[] {
  if (bucket.results.length > 0 && bucket.start_time.source !== String(start)) throw new ReportError('BUCKET', true)
  return bucket.results
}

function add(
  told: Map<string, Figures>,
  model: string,
  more: { readonly calls: number; readonly input: number; readonly output: number },
): void {
  const known = told.get(model)
  told.set(model, {
    calls: (known?.calls ?? 0) + more.calls,
    input: (known?.input ?? 0) + more.input,
    output: (known?.output ?? 0) + more.output,
    amount: known?.amount ?? 0n,
  })
}

type Cost = z.output<typeof costPage>['data'][number]['results'][number]

function sumCosts(costs: readonly Cost[]): ReadonlyMap<string, NanoUsd> {
  const sums = new Map<string, FineUsd>()
  for (const { amount, line_item: item } of costs) {
    if (amount === undefined) continue
    if (amount.currency.toLowerCase() !== 'usd') throw new ReportError('CURRENCY', true)
    const model = (item ?? UNNAMED).split(', ')[0] ?? UNNAMED
    const spelled = typeof amount.value === 'string' ? amount.value : amount.value.source
    sums.set(model, (sums.get(model) ?? 0n) + fineUsd(spelled))
  }
  return new Map([...sums].map(([model, fine]) => [model, nearestNano(fine)]))
}
