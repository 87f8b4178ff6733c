import { type Answer, call } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { startWorld, type World } from '../world.ts'

/** Models of the world, each with an upstream that answers it. */
const MODELS = [
  { model: 'm-openai', protocol: 'openai', upstream: 'oai' },
  { model: 'm-anthropic', protocol: 'anthropic', upstream: 'ant' },
] as const

/**
 * CL-sub: the list of providers is that of the active routes. Every upstream that answers a call is on it; one that is added to the
 * catalogue is announced with its day, and its model answers nobody before; one whose routes are gone goes, and one without was never there.
 */
export async function subprocessors(context: CheckContext): Promise<Measured> {
  const world = await startWorld()
  try {
    const customer = await world.operator.customer('10.00')
    const answered = new Set<string>()
    const listed = await listedOn(world)
    for (let round = 0; round < Math.max(context.n, 1); round += 1) await callAll(context, { world, key: customer.key, answered })
    for (const { upstream } of MODELS) context.expect(answered.has(upstream), `${upstream} answered nothing`)
    for (const upstream of answered) context.expect(listed.includes(upstream), `${upstream} answered and is not on the list`)
    const routed = await routedIn(world)
    context.expect(listed.join() === routed.join(), `the list has ${listed.join()}, routes lead to ${routed.join()}`)
    await expectMoves(context, world, customer.key)
    return {
      n: answered.size * Math.max(context.n, 1),
      measured: { listed: listed.length, answered: answered.size, calls: world.sim.calls.length },
    }
  } finally {
    await world.stop()
  }
}

type Round = { readonly world: World; readonly key: string; readonly answered: Set<string> }

/** Calls each model once and notes which upstream says that it answered. */
async function callAll(context: CheckContext, { world, key, answered }: Round): Promise<void> {
  for (const { model, protocol } of MODELS) {
    const answer = await call({ base: world.base, key, protocol, model })
    const upstream = routeOf(answer)
    context.expect(answer.status === 200 && upstream !== undefined, `${model}: status ${answer.status}, no route`)
    if (upstream !== undefined) answered.add(upstream)
  }
}

/** Ids on the page, in its order: those that are called, or those that are to come. */
async function listedOn(world: World, column: 'Provider' | 'To come' = 'Provider'): Promise<readonly string[]> {
  const page = await (await fetch(`${world.base}/privacy/subprocessors`)).text()
  return [...page.matchAll(new RegExp(`data-head="${column}"><b>([^<]+)</b>`, 'g'))].map(([, id = '']) => id)
}

const routeOf = (answer: Answer): string | undefined => /^upstream=([\w.-]+)/.exec(String(answer.headers['x-farebox-route'] ?? ''))?.[1]

type Models = { readonly data: readonly { readonly routes: readonly { readonly upstream: string }[] }[] }

/** Upstreams with a route, as the operator's list of models has them. */
async function routedIn(world: World): Promise<readonly string[]> {
  const { data } = (await world.operator.ask('GET', '/models')) as Models
  return [...new Set(data.flatMap(({ routes }) => routes.map(({ upstream }) => upstream)))].sort()
}

/** An upstream that comes with a route and goes again, and one that has none. */
async function expectMoves(context: CheckContext, world: World, key: string): Promise<void> {
  const upstream = { kind: 'openai-compatible', base_url: 'https://api.newcomer.test/v1', privacy: { country: 'DE' } }
  await world.operator.ask('PUT', '/upstreams/newcomer', upstream)
  context.expect(!(await comingSoon(world)).includes('newcomer'), 'an upstream without a route is announced')
  const price = { input: '1.00', output: '1.00' }
  const model = { context: 1000, output_max: 100, price, routes: [{ upstream: 'newcomer', model: 'x' }] }
  await world.operator.ask('PUT', '/models/m-newcomer', model)
  context.expect((await comingSoon(world)).includes('newcomer'), 'an upstream that got a route is not announced')
  context.expect(!(await listedOn(world)).includes('newcomer'), 'an upstream is listed as called before its day')
  const answer = await call({ base: world.base, key, protocol: 'openai', model: 'm-newcomer' })
  context.expect(answer.status === 404, `a model of a provider before its day: status ${answer.status}`)
  await world.operator.ask('DELETE', '/models/m-newcomer')
  context.expect(!(await comingSoon(world)).includes('newcomer'), 'an upstream that lost its routes is announced')
}

/** What is announced when what was read before counts no more. */
async function comingSoon(world: World): Promise<readonly string[]> {
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  return await listedOn(world, 'To come')
}
