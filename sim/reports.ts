import type { BilledSum, ReportManner, SimBilling } from './billing.ts'
import type { SimAnswer } from './fault-answers.ts'

/** A request for a report: path and query as they came, headers by lower-case name. */
export type ReportRequest = { readonly url: string; readonly headers: Readonly<Record<string, string | undefined>> }

const JSON_TYPE = { 'content-type': 'application/json' }
const DAY_MS = 86_400_000

/**
 * Answers like the usage and cost reports of OpenAI and Anthropic, from what was truly counted; undefined when a path is none of theirs.
 * Sources: developers.openai.com/api/reference/resources/admin (2026-11-29), platform.claude.com/docs/en/api/admin/usage_report and …/cost_report (2026-11-26).
 */
export function reportAnswer(billing: SimBilling, adminKey: string | undefined, request: ReportRequest): SimAnswer | undefined {
  const url = new URL(request.url, 'http://sim')
  const report = REPORTS[url.pathname]
  if (report === undefined) return undefined
  const { manner } = billing
  const isLetIn = adminKey !== undefined && report.keyOf(request.headers) === adminKey
  if (!isLetIn || manner.fault === 'unauthorized-401') return refusal(401)
  const other = manner.fault === undefined ? undefined : FAULTS[manner.fault]
  if (other !== undefined) return other()
  const start = report.startOf(url.searchParams)
  if (Number.isNaN(start) || !report.isGrouped(url.searchParams)) return refusal(400)
  const results = report.resultsOf(billing.told(new Date(start).toISOString().slice(0, 10)), manner)
  return page({ results, report, manner, start, token: url.searchParams.get('page') })
}

type Result = Readonly<Record<string, unknown>>

type Report = {
  readonly keyOf: (headers: ReportRequest['headers']) => string | undefined
  readonly startOf: (query: URLSearchParams) => number
  readonly isGrouped: (query: URLSearchParams) => boolean
  readonly resultsOf: (sums: readonly BilledSum[], manner: ReportManner) => readonly Result[]
  readonly bucketOf: (start: number, results: readonly Result[]) => object
}

type Paged = {
  readonly results: readonly Result[]
  readonly report: Report
  readonly manner: ReportManner
  readonly start: number
  readonly token: string | null
}

function page({ results, report, manner, start, token }: Paged): SimAnswer {
  const size = manner.pageSize ?? Math.max(1, results.length)
  const from = token === null ? 0 : Number(token.replace('page_', ''))
  const isMore = from + size < results.length
  const told = manner.fault === 'other-day' ? start - DAY_MS : start
  const isEndless = manner.fault === 'endless-pages'
  const next = isEndless ? `page_${from}` : isMore ? `page_${from + size}` : null
  const data = [report.bucketOf(told, results.slice(from, from + size))]
  return {
    status: 200,
    headers: JSON_TYPE,
    body: spell({ object: 'page', data, has_more: isMore || isEndless, next_page: next, a_new_field: 1 }),
  }
}

/** Amounts are put in as they are to be spelled: JSON has no exact numbers of its own. */
const spell = (value: object): string => JSON.stringify(value).replace(/"#([^"#]+)#"/g, '$1')

function decimal(nano: bigint, places: number, manner: ReportManner): string {
  const digits = (nano < 0n ? -nano : nano).toString().padStart(places + 1, '0')
  const text = `${nano < 0n ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`
  return manner.isNoisy === true ? `${text}0000000001` : text
}

const number = (text: string, manner: ReportManner): string => (manner.isText === true ? text : `#${text}#`)
const currencyOf = (manner: ReportManner): string => (manner.fault === 'euro' ? 'EUR' : 'USD')

const OPENAI: Pick<Report, 'keyOf' | 'startOf' | 'bucketOf'> = {
  keyOf: (headers) => /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1],
  startOf: (query) => Number(query.get('start_time') ?? Number.NaN) * 1000,
  bucketOf: (start, results) => ({ object: 'bucket', start_time: start / 1000, end_time: (start + DAY_MS) / 1000, results }),
}

const ANTHROPIC: Pick<Report, 'keyOf' | 'startOf' | 'bucketOf'> = {
  keyOf: (headers) => (headers['anthropic-version'] === undefined ? undefined : headers['x-api-key']),
  startOf: (query) => Date.parse(query.get('starting_at') ?? ''),
  bucketOf: (start, results) => ({
    starting_at: new Date(start).toISOString().replace('.000Z', 'Z'),
    ending_at: new Date(start + DAY_MS).toISOString().replace('.000Z', 'Z'),
    results,
  }),
}

const groupedBy =
  (name: string, value: string) =>
  (query: URLSearchParams): boolean =>
    query.getAll(name).includes(value)

const REPORTS: Readonly<Record<string, Report | undefined>> = {
  '/v1/organization/usage/completions': {
    ...OPENAI,
    isGrouped: groupedBy('group_by', 'model'),
    resultsOf: (sums, manner) =>
      (manner.isCostsOnly === true ? [] : sums).map((sum) => ({
        object: 'organization.usage.completions.result',
        ...(manner.fault === 'other-fields' ? { input_tokens: 'many' } : { input_tokens: inputOf(sum) }),
        input_cached_tokens: sum.cached,
        output_tokens: sum.output,
        // Sound is among the tokens, and told beside them once more.
        ...{ input_audio_tokens: sum.input, output_audio_tokens: sum.output, num_model_requests: sum.requests },
        ...{ project_id: null, user_id: null, api_key_id: null, model: sum.model, batch: null, service_tier: null },
      })),
  },
  '/v1/organization/usage/embeddings': { ...OPENAI, isGrouped: groupedBy('group_by', 'model'), resultsOf: () => [] },
  '/v1/organization/costs': {
    ...OPENAI,
    isGrouped: groupedBy('group_by', 'line_item'),
    resultsOf: (sums, manner) =>
      sums.flatMap((sum) =>
        halves(sum.chargedNano).map((nano, index) => ({
          object: 'organization.costs.result',
          amount: { value: number(decimal(nano, 9, manner), manner), currency: currencyOf(manner).toLowerCase() },
          line_item: `${sum.model}, ${index === 0 ? 'input' : 'output'}`,
          project_id: null,
        })),
      ),
  },
  '/v1/organizations/usage_report/messages': {
    ...ANTHROPIC,
    isGrouped: groupedBy('group_by[]', 'model'),
    resultsOf: (sums, manner) =>
      sums.map((sum) => ({
        ...(manner.fault === 'other-fields' ? { uncached_input_tokens: 1.5 } : { uncached_input_tokens: sum.input }),
        cache_creation: { ephemeral_1h_input_tokens: sum.cacheWrite1h, ephemeral_5m_input_tokens: sum.cacheWrite5m },
        cache_read_input_tokens: sum.cached,
        output_tokens: sum.output,
        server_tool_use: { web_search_requests: 0 },
        ...{ api_key_id: null, workspace_id: null, model: sum.model, service_tier: null, context_window: null },
      })),
  },
  '/v1/organizations/cost_report': {
    ...ANTHROPIC,
    isGrouped: groupedBy('group_by[]', 'description'),
    resultsOf: (sums, manner) =>
      sums.flatMap((sum) =>
        halves(sum.chargedNano).map((nano, index) => ({
          // Cents: a nano-dollar is a ten-millionth of one.
          amount: decimal(nano, 7, manner),
          currency: currencyOf(manner),
          ...{ cost_type: 'tokens', context_window: '0-200k', service_tier: 'standard', workspace_id: null, model: sum.model },
          description: `${sum.model} Usage - ${index === 0 ? 'Input' : 'Output'} Tokens`,
          token_type: index === 0 ? 'uncached_input_tokens' : 'output_tokens',
        })),
      ),
  },
}

const inputOf = (sum: BilledSum): number => sum.input + sum.cached + sum.cacheWrite5m + sum.cacheWrite1h

/** Two amounts that add up to one. */
const halves = (nano: bigint): readonly bigint[] => [nano / 3n, nano - nano / 3n]

const refusal = (status: number): SimAnswer => ({
  status,
  headers: JSON_TYPE,
  body: JSON.stringify({ error: { type: 'invalid_request_error', message: 'refused' } }),
})

const FAULTS: Readonly<Record<string, () => SimAnswer>> = {
  'error-500': () => ({ status: 500, headers: JSON_TYPE, body: '{"error":{"type":"server_error"}}' }),
  html: () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>maintenance</html>' }),
  huge: () => ({ status: 200, headers: JSON_TYPE, body: `{"data":[${'0,'.repeat(3_000_000)}0]}` }),
  redirect: () => ({ status: 302, headers: { location: 'http://127.0.0.1:9/elsewhere' }, body: '' }),
}
