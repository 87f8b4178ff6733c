import { type SimUpstream, startSimUpstream } from '../sim/index.ts'
import { ALL_SPOKEN, call } from './calls.ts'
import type { CheckContext, Measured } from './harness/index.ts'
import { inParallel, until } from './parallel.ts'
import { startWorld, type World } from './world.ts'

const CALLS_AT_ONCE = 16
const SECRET = 'sk-upstream-world'
const MODEL = 'm-ruled'

/** What upstreams say of themselves, and the rule by which one of them alone may be called: of a key, and as the header of a call. */
export type Ruling = {
  /** Fields of each upstream by its id; they are asked in this order, `right` last. */
  readonly upstreams: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly right: string
  readonly routing: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Calls of a key with a rule, and calls that bring the rule themselves, in all protocols and while the right upstream fails by turns, reach
 * that one alone; nobody is asked to store. A usual key reaches the others, so they are there to be reached.
 */
export async function ruledCalls(context: CheckContext, { upstreams, right, routing, headers }: Ruling): Promise<Measured> {
  const sims = new Map<string, SimUpstream>()
  for (const id of Object.keys(upstreams)) sims.set(id, await startSimUpstream({ keepBodies: true, callsMax: 20_000 }))
  const world = await startWorld()
  try {
    await configure(world, { sims, upstreams, right })
    const strict = await world.operator.customer('100000.00', { routing })
    const usual = await world.operator.customer('100000.00')
    const others = (): number => [...sims].reduce((sum, [id, sim]) => sum + (id === right ? 0 : sim.calls.length), 0)
    const counts = { answered: 0, refused: 0, misnamed: 0 }
    await until(
      () => call({ base: world.base, key: strict.key, protocol: 'openai', model: MODEL }),
      ({ status }) => status === 200,
      5000,
    )
    await inParallel(Array.from({ length: context.n }), CALLS_AT_ONCE, async (_, index) => {
      sims.get(right)?.script(index % 7 === 0 ? { fault: 'error-500-echo' } : {})
      const protocol = ALL_SPOKEN[index % ALL_SPOKEN.length] ?? 'openai'
      const isHeader = index % 2 === 0
      const answer = await call({
        ...{ base: world.base, key: isHeader ? usual.key : strict.key, protocol, model: MODEL, outputMax: 8, isStream: index % 3 === 0 },
        ...(isHeader ? { headers } : {}),
        ...(protocol === 'openai' || protocol === 'openai-responses' ? { fields: { store: true } } : {}),
      })
      if (answer.status === 200) counts.answered += 1
      else counts.refused += 1
      const route = String(answer.headers['x-farebox-route'] ?? '')
      if (answer.status === 200 && !route.includes(right)) counts.misnamed += 1
    })
    const leaked = others()
    context.expect(leaked === 0, `${leaked} calls reached upstreams that the rule is against: ${namesOf(sims, right)}`)
    context.expect(counts.misnamed === 0, `${counts.misnamed} answers name another route than was taken`)
    context.expect(counts.answered > context.n / 2, `blind: only ${counts.answered} calls were answered`)
    const storing = (sims.get(right)?.calls ?? []).filter(({ body }) => /"store"\s*:\s*true/.test(body?.toString() ?? '')).length
    context.expect(storing === 0, `${storing} calls asked an upstream to store what was said`)
    await call({ base: world.base, key: usual.key, protocol: 'openai', model: MODEL })
    context.expect(others() > leaked, 'blind: a usual key does not reach the others either')
    return { n: context.n, measured: { upstreams: sims.size, leaked, ...counts } }
  } finally {
    await world.stop()
    for (const sim of sims.values()) await sim.close()
  }
}

type Configured = Pick<Ruling, 'upstreams' | 'right'> & { readonly sims: ReadonlyMap<string, SimUpstream> }

async function configure(world: World, { sims, upstreams, right }: Configured): Promise<void> {
  for (const [id, sim] of sims) {
    const protocols = ['openai-chat', 'openai-responses']
    await world.operator.ask('PUT', `/upstreams/${id}`, {
      kind: 'openai',
      base_url: `${sim.url}/v1`,
      api_key: SECRET,
      protocols,
      ...upstreams[id],
    })
  }
  const routes = [...sims.keys()].map((upstream) => ({ upstream, model: 'sim-model', priority: upstream === right ? 9 : 1 }))
  await world.operator.ask('PUT', `/models/${MODEL}`, {
    context: 200_000,
    output_max: 8192,
    price: { input: '3.00', output: '15.00' },
    routes,
  })
}

const namesOf = (sims: ReadonlyMap<string, SimUpstream>, right: string): string =>
  [...sims].flatMap(([id, { calls }]) => (id === right || calls.length === 0 ? [] : [`${id} ${calls.length}`])).join(', ')
