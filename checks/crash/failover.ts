import { seededRandom } from '../../sim/index.ts'
import type { GatewayMessage } from '../../src/channel/index.ts'
import { type Catalog, flatPrice, STRATEGIES, type Strategy } from '../../src/spec/index.ts'
import { type Answer, call } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { type LoneGateway, startLoneGateway } from '../lone-gateway.ts'
import { inParallel, until } from '../parallel.ts'
import { type Deed, FAILING, FINAL, type ScriptedUpstream, startScriptedUpstream, type Tried, usageOfTry } from './scripted-attempts.ts'

const ROUTES = 3
const TRIES_MAX = 6
/** After so many runs the catalogue is replaced by one with other serials, so that every breaker is closed again. */
const RUNS_PER_CATALOG = 50
const AT_ONCE = 50

type Settled = Pick<GatewayMessage<'settle'>, 'requestId' | 'input' | 'output'>
/** What one run came to. */
export type Run = {
  readonly run: number
  readonly answer: Pick<Answer, 'status' | 'body' | 'isWhole'>
  readonly tries: readonly Tried[]
  readonly settled: readonly Settled[]
}

/** CRA-11: calls whose tries fail in every way before and after their first byte, over routes and keys; each has one answer and one settlement. */
export async function failover(context: CheckContext): Promise<Measured> {
  checkJudge(context)
  const random = seededRandom(context.seed)
  const deeds = Array.from({ length: context.n }, () => Array.from({ length: TRIES_MAX + 2 }, () => deedOf(random)))
  const upstream = await startScriptedUpstream((run, number) => deeds[run]?.[number - 1] ?? 'answer')
  const gateway = await startLoneGateway(catalogOf(upstream.port, 0))
  const answers: Answer[] = []
  try {
    for (let from = 0; from < context.n; from += RUNS_PER_CATALOG) {
      await gateway.publish(catalogOf(upstream.port, from / RUNS_PER_CATALOG))
      const runs = Array.from({ length: Math.min(RUNS_PER_CATALOG, context.n - from) }, (_, index) => from + index)
      answers.push(...(await inParallel(runs, AT_ONCE, (run) => ask(gateway, run))))
      if (from % 1000 === 0) context.progress(`${from} runs`)
    }
    await until(
      async () => gateway.settled.length,
      (count) => count >= context.n,
      5_000,
    )
    return judgeAll(context, { answers, upstream, gateway })
  } finally {
    await gateway.close()
    await upstream.close()
  }
}

const deedOf = (random: { readonly below: (count: number) => number }): Deed =>
  random.below(100) < 55 ? (FAILING[random.below(FAILING.length)] ?? 'reset') : (FINAL[random.below(FINAL.length)] ?? 'answer')

const ask = (gateway: LoneGateway, run: number): Promise<Answer> =>
  call({
    ...{ base: gateway.base, key: gateway.key, protocol: 'openai', isStream: run % 2 === 0, millisMax: 20_000 },
    model: `m-${Math.floor(run / RUNS_PER_CATALOG)}-${STRATEGIES[run % STRATEGIES.length] ?? 'priority'}`,
    text: `run-${run};`,
  })

/** A model for each strategy, over three upstreams of which the first has three keys. */
function catalogOf(port: number, version: number): Catalog {
  const price = flatPrice({ input: 1_000_000n, output: 2_000_000n })
  const bounds = { context: 10_000, outputMax: 1_000, createdAt: 0, priceVersion: 1, price }
  const upstreams = Array.from({ length: ROUTES }, (_, index) => ({
    ...({ serial: version * ROUTES + index + 1, id: `u${index}`, kind: 'openai', baseUrl: `http://127.0.0.1:${port}/v1` } as const),
    ...({ apiKey: `key-${version}-${index}`, placement: 'local', privacy: {} } as const),
    ...(index === 0 ? { keyPool: [`key-${version}-a`, `key-${version}-b`] } : {}),
  }))
  const models = STRATEGIES.map((strategy: Strategy, at) => ({
    ...{ ...bounds, serial: version * STRATEGIES.length + at + 1, id: `m-${version}-${strategy}`, strategy },
    routes: upstreams.map(({ serial }, index) => ({
      ...{ serial: (version * STRATEGIES.length + at) * ROUTES + index + 1, upstreamSerial: serial, upstreamModel: 'up' },
      ...{ priority: index + 1, weight: index + 1, cost: undefined },
    })),
  }))
  return { version: version + 1, upstreams, models, unpriced: [] }
}

type All = { readonly answers: readonly Answer[]; readonly upstream: ScriptedUpstream; readonly gateway: LoneGateway }

function judgeAll(context: CheckContext, { answers, upstream, gateway }: All): Measured {
  const tries = Map.groupBy(upstream.tries, ({ run }) => run)
  const settled = Map.groupBy(gateway.settled, ({ requestId }) => requestId)
  let failedOver = 0
  let answered = 0
  for (const [run, answer] of answers.entries()) {
    const made = tries.get(run) ?? []
    for (const problem of problemsOf({ run, answer, tries: made, settled: settled.get(answer.requestId) ?? [] })) {
      context.fail(`run ${run} (${made.map(({ deed }) => deed).join(', ')}): ${problem}`)
    }
    if (made.length > 1) failedOver += 1
    if (answer.status === 200) answered += 1
  }
  context.expect(gateway.settled.length === answers.length, `${gateway.settled.length} settlements for ${answers.length} calls`)
  context.expect(failedOver * 4 > answers.length, `blind: only ${failedOver} calls had more than one try`)
  return { n: answers.length, measured: { tries: upstream.tries.length, failedOver, answered } }
}

/** What is wrong with a run. */
export function problemsOf({ run, answer, tries, settled }: Run): readonly string[] {
  const last = tries.at(-1)
  const markers = new Set([...answer.body.toString().matchAll(/\[\[(\d+\.\d+)\]\]/g)].map((match) => match[1]))
  const [settlement] = settled
  const final = tries.findIndex(({ deed }) => !FAILING.some((failing) => failing === deed))
  const usage = usageOfTry(last?.number ?? 0)
  const isFull = answer.status === 200 && answer.isWhole && last?.deed === 'answer'
  const isOwed = isFull || last?.deed === 'cut'
  const checks: readonly (readonly [isWrong: boolean, problem: string])[] = [
    [tries.length > TRIES_MAX, `${tries.length} tries`],
    [final !== -1 && final !== tries.length - 1, 'tried again after a first byte'],
    [markers.size > 1, `parts of several answers: ${[...markers].join(', ')}`],
    [markers.size === 1 && !markers.has(`${run}.${last?.number}`), 'an answer that is not that of the last try'],
    [last?.deed === 'answer' && !isFull, `the answer of the last try did not arrive: ${answer.status}`],
    [last?.deed !== 'answer' && last?.deed !== 'cut' && markers.size > 0, 'an answer that nobody gave'],
    [settled.length !== 1, `${settled.length} settlements`],
    [isFull && (settlement?.input !== usage.input || settlement.output !== usage.output), 'not settled for the usage of the last try'],
    [!isOwed && ((settlement?.input ?? 0) > 0 || (settlement?.output ?? 0) > 0), 'charged for no answer'],
  ]
  return checks.flatMap(([isWrong, problem]) => (isWrong ? [problem] : []))
}

/** Runs as a broken gateway would make them have to be seen as such. */
function checkJudge(context: CheckContext): void {
  const tries: readonly Tried[] = [
    { run: 1, number: 1, deed: 'error-500' },
    { run: 1, number: 2, deed: 'answer' },
  ]
  const settlement: Settled = { requestId: '', ...usageOfTry(2) }
  const good: Run = { run: 1, tries, settled: [settlement], answer: { status: 200, isWhole: true, body: Buffer.from('[[1.2]]') } }
  const cut: readonly Tried[] = [
    { run: 1, number: 1, deed: 'cut' },
    { run: 1, number: 2, deed: 'answer' },
  ]
  const bad: readonly Run[] = [
    { ...good, settled: [settlement, settlement] },
    { ...good, settled: [] },
    { ...good, settled: [{ ...settlement, output: usageOfTry(1).output + usageOfTry(2).output }] },
    { ...good, answer: { ...good.answer, body: Buffer.from('[[1.1]][[1.2]]') } },
    { ...good, tries: cut },
    { ...good, tries: tries.slice(0, 1) },
    { ...good, answer: { ...good.answer, status: 502, body: Buffer.alloc(0) } },
    { ...good, tries: tries.slice(0, 1), answer: { ...good.answer, status: 502, body: Buffer.alloc(0) } },
  ]
  context.expect(problemsOf(good).length === 0, `a good run is refused: ${problemsOf(good).join(', ')}`)
  for (const [index, run] of bad.entries()) context.expect(problemsOf(run).length > 0, `blind: broken run ${index} is not seen`)
}
