import { type SimUpstream, startSimUpstream } from '../../sim/index.ts'
import { ALL_SPOKEN, call } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { inParallel, until } from '../parallel.ts'
import { makeCanary } from '../privacy/canary.ts'
import { startWorld, type World } from '../world.ts'

const CALLS_AT_ONCE = 16
const MODEL = 'm-named'
const COUNTRIES = ['DE', 'FR', 'US', 'JP'] as const
const IDS = COUNTRIES.map((country) => `in-${country.toLowerCase()}`)

type Wish = { readonly headers: Readonly<Record<string, string>>; readonly allowed: readonly string[] }

/** Where calls are let go: everywhere, not to one, to two countries, to one alone. */
const WISHES: readonly Wish[] = [
  { headers: {}, allowed: IDS },
  { headers: { 'x-farebox-deny-upstreams': 'in-us' }, allowed: ['in-de', 'in-fr', 'in-jp'] },
  { headers: { 'x-farebox-countries': 'DE,FR' }, allowed: ['in-de', 'in-fr'] },
  { headers: { 'x-farebox-upstreams': 'in-jp' }, allowed: ['in-jp'] },
  { headers: { 'x-farebox-deny-upstreams': 'in-de,in-fr,in-us', 'x-farebox-countries': 'JP' }, allowed: ['in-jp'] },
]

/**
 * CL-route: while upstreams fail by turns, the upstream and country that an answer names are those that gave it, an upstream that is ruled out is
 * never called, and each call is made once for each try that is told of: no shadow, no mirror.
 */
export async function namedRoutes(context: CheckContext): Promise<Measured> {
  const sims = new Map<string, SimUpstream>()
  for (const id of IDS) sims.set(id, await startSimUpstream({ keepBodies: true, callsMax: 50_000 }))
  const world = await startWorld({ gateways: 1 })
  try {
    await configure(world, sims)
    const { key, id } = await world.operator.customer('100000.00')
    const ask = (text: string, index: number) =>
      call({
        ...{ base: world.base, key, protocol: ALL_SPOKEN[index % ALL_SPOKEN.length] ?? 'openai', model: MODEL, outputMax: 8, text },
        headers: WISHES[index % WISHES.length]?.headers ?? {},
      })
    await until(
      () => ask('Hello', 0),
      ({ status }) => status === 200,
      5000,
    )
    const asked = new Map<string, { readonly wish: Wish; readonly named: string; readonly country: string; readonly status: number }>()
    await inParallel(Array.from({ length: context.n }), CALLS_AT_ONCE, async (_, index) => {
      if (index % 50 === 0) failOne(sims, index / 50)
      const canary = makeCanary()
      const { headers, status } = await ask(`Repeat: ${canary}`, index)
      const route = String(headers['x-farebox-route'] ?? '')
      const wish = WISHES[index % WISHES.length]
      const [, named = ''] = /upstream=([\w.-]+)/.exec(route) ?? []
      const [, country = ''] = /country=([\w.-]+)/.exec(route) ?? []
      if (wish !== undefined) asked.set(canary, { wish, named, country, status })
    })
    const counts = compare(context, sims, asked)
    const rows = await world.operator.usage(id)
    context.expect(rows.length >= context.n, `${rows.length} rows for ${context.n} calls`)
    return { n: context.n, measured: { ...counts, rows: rows.length } }
  } finally {
    await world.stop()
    for (const sim of sims.values()) await sim.close()
  }
}

function failOne(sims: ReadonlyMap<string, SimUpstream>, turn: number): void {
  for (const [index, sim] of [...sims.values()].entries()) sim.script(index === turn % sims.size ? { fault: 'error-500-echo' } : {})
}

type Asked = ReadonlyMap<string, { readonly wish: Wish; readonly named: string; readonly country: string; readonly status: number }>

function compare(context: CheckContext, sims: ReadonlyMap<string, SimUpstream>, asked: Asked) {
  const tries = new Map<string, { readonly id: string; readonly isAnswered: boolean }[]>()
  for (const [id, { calls }] of sims)
    for (const { body, ended } of calls)
      for (const canary of body?.toString().match(/cnry_[a-z2-7]{24}/g) ?? [])
        tries.set(canary, [...(tries.get(canary) ?? []), { id, isAnswered: ended === 'complete' }])
  const counts = { answered: 0, failedOver: 0, excludedCalled: 0, misnamed: 0, shadows: 0 }
  for (const [canary, { wish, named, country, status }] of asked) {
    const made = tries.get(canary) ?? []
    if (made.some(({ id }) => !wish.allowed.includes(id))) counts.excludedCalled += 1
    if (status !== 200) continue
    counts.answered += 1
    const answering = made.filter(({ isAnswered }) => isAnswered)
    if (made.length > 1) counts.failedOver += 1
    if (answering.length !== 1) counts.shadows += 1
    if (answering[0]?.id !== named || named.slice(3).toUpperCase() !== country) counts.misnamed += 1
  }
  context.expect(counts.excludedCalled === 0, `${counts.excludedCalled} calls reached an upstream that was ruled out`)
  context.expect(counts.misnamed === 0, `${counts.misnamed} answers name another upstream or country than gave them`)
  context.expect(counts.shadows === 0, `${counts.shadows} calls were answered by more upstreams than one, or by none`)
  context.expect(counts.answered > asked.size / 2, `blind: only ${counts.answered} of ${asked.size} calls were answered`)
  context.expect(counts.failedOver > 0, 'blind: no call went to a second upstream')
  return counts
}

async function configure(world: World, sims: ReadonlyMap<string, SimUpstream>): Promise<void> {
  for (const [index, [id, sim]] of [...sims].entries())
    await world.operator.ask('PUT', `/upstreams/${id}`, {
      ...{ kind: 'openai', base_url: `${sim.url}/v1`, api_key: 'sk-upstream-world', protocols: ['openai-chat', 'openai-responses'] },
      privacy: { country: COUNTRIES[index], retention: '30 days', training: 'no' },
    })
  const routes = IDS.map((upstream) => ({ upstream, model: 'sim-model', weight: 1 }))
  const limits = { context: 200_000, output_max: 8192, price: { input: '3.00', output: '15.00' } }
  await world.operator.ask('PUT', `/models/${MODEL}`, { ...limits, strategy: 'weighted', routes })
}
