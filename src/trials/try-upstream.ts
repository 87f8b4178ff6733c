import { errors, request } from 'undici'
import { fail } from '../failures.ts'
import type { Clock, NanoUsd } from '../lib/index.ts'
import { type Catalog, type Model, priceOf, type Route, type Upstream } from '../spec/index.ts'
import { type TrialCall, tryingOf } from './trial-call.ts'

/** Why a trial did not come to an answer. */
export const TRIAL_PROBLEMS = [
  'key_refused',
  'model_unknown',
  'too_many',
  'refused',
  'failed',
  'timed_out',
  'unreachable',
  'unreadable',
] as const
export type TrialProblem = (typeof TRIAL_PROBLEMS)[number]

/** What came of one smallest call; `cost` in nano-USD by what the route says that the upstream asks, undefined where that or the usage is not known. */
export type Trial = {
  readonly model: string
  readonly upstreamModel: string
  readonly problem: TrialProblem | undefined
  /** Undefined where no answer came. */
  readonly status: number | undefined
  readonly latencyMs: number
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number } | undefined
  readonly cost: NanoUsd | undefined
}

/** Which upstream of the catalogue is tried, with which of its models; the one whose route costs least where none is named. */
export type TrialQuestion = { readonly upstream: string; readonly model?: string | undefined }

const BYTES_MAX = 1024 * 1024
const [ANSWER_MS_MAX, WHOLE_MS_MAX] = [20_000, 30_000]

/**
 * Sends one smallest call to an upstream and tells what came of it. It is nobody's call: the books do not have it. Failures: upstream_unknown,
 * model_unknown, upstream_not_tried.
 */
export async function tryUpstream(catalog: Catalog, question: TrialQuestion, clock: Pick<Clock, 'monotonic'>): Promise<Trial> {
  const upstream = catalog.upstreams.find(({ id }) => id === question.upstream) ?? fail('upstream_unknown')
  const trying = tryingOf(upstream.kind) ?? fail('upstream_not_tried', { kind: upstream.kind })
  const { model, route } = routeOf(catalog, upstream, question.model) ?? fail('model_unknown')
  const begun = clock.monotonic()
  const told = await ask(trying.call(upstream, route.upstreamModel))
  const usage = told.answer === undefined ? undefined : trying.usage(told.answer)
  const isUnread = told.problem === undefined && usage === undefined
  return {
    ...{ model: model.id, upstreamModel: route.upstreamModel, status: told.status, latencyMs: Math.round(clock.monotonic() - begun) },
    problem: isUnread ? 'unreadable' : told.problem,
    usage: usage && { inputTokens: usage.input, outputTokens: usage.output },
    cost: usage && route.cost && priceOf(route.cost, usage),
  }
}

type Chosen = { readonly model: Model; readonly route: Route }

function routeOf({ models }: Catalog, upstream: Upstream, wanted: string | undefined): Chosen | undefined {
  const chosen = models
    .filter(({ id }) => wanted === undefined || id === wanted)
    .flatMap((model) => model.routes.filter((route) => route.upstreamSerial === upstream.serial).map((route) => ({ model, route })))
  const outputOf = ({ route }: Chosen): NanoUsd => route.cost?.[0]?.rates.output ?? DEAREST
  return chosen.toSorted((a, b) => (outputOf(a) < outputOf(b) ? -1 : 1))[0]
}

/** Where a cost is not known, a route is tried after those where it is. */
const DEAREST = 10n ** 15n

type Told = { readonly status: number | undefined; readonly problem: TrialProblem | undefined; readonly answer: unknown }

async function ask({ url, headers, body }: TrialCall): Promise<Told> {
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', 'user-agent': 'farebox', ...headers },
      body: JSON.stringify(body),
      ...{ headersTimeout: ANSWER_MS_MAX, bodyTimeout: ANSWER_MS_MAX, signal: AbortSignal.timeout(WHOLE_MS_MAX) },
    })
    const problem = problemOf(answer.statusCode)
    if (problem === undefined) return { status: answer.statusCode, problem, answer: await readBounded(answer.body) }
    // What is said beside a refusal is not read; that its stream then ends early is no news.
    answer.body.once('error', () => undefined).destroy()
    return { status: answer.statusCode, problem, answer: undefined }
  } catch (thrown) {
    return { status: undefined, problem: isLate(thrown) ? 'timed_out' : 'unreachable', answer: undefined }
  }
}

function problemOf(status: number): TrialProblem | undefined {
  if (status === 200) return undefined
  if (status === 401 || status === 403) return 'key_refused'
  if (status === 404) return 'model_unknown'
  if (status === 429) return 'too_many'
  return status >= 500 ? 'failed' : 'refused'
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of body) {
    size += part.length
    if (size > BYTES_MAX) return undefined
    parts.push(part)
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch {
    return undefined
  }
}

const isLate = (thrown: unknown): boolean =>
  thrown instanceof errors.HeadersTimeoutError ||
  thrown instanceof errors.BodyTimeoutError ||
  thrown instanceof errors.ConnectTimeoutError ||
  (thrown instanceof Error && thrown.name === 'TimeoutError')
