import { type SimUpstream, startSimUpstream } from '../../sim/index.ts'
import { ALL_SPOKEN, call } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { inParallel, until } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'

const CALLS_AT_ONCE = 16
const DAY_MS = 86_400_000
const SECRET = 'sk-upstream-world'
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10)
const EVIDENCE = { evidence: 'https://upstream.test/privacy', checked: daysAgo(3) }

/** What upstreams say of themselves; only the first one says all that has to be said. They are asked in this order, the right one last. */
const LABELS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'zdr-right': { retention: 'none', training: 'no', country: 'DE', ...EVIDENCE },
  'zdr-keeps': { retention: '30 days', training: 'no', ...EVIDENCE },
  'zdr-trains': { retention: 'none', training: 'yes', ...EVIDENCE },
  'zdr-unknown': {},
  'zdr-half': { retention: 'none', ...EVIDENCE },
  'zdr-stale': { retention: 'none', training: 'no', evidence: EVIDENCE.evidence, checked: daysAgo(181) },
  'zdr-unproven': { retention: 'none', training: 'no' },
}
const RIGHT = 'zdr-right'

/**
 * PRV-22: calls of a key that is for upstreams without retention, and calls that ask for that themselves, reach the one upstream that says so
 * with fresh evidence, whatever fails; nobody is asked to store. A usual key reaches the others, so they are there to be reached.
 */
export async function zeroRetention(context: CheckContext): Promise<Measured> {
  const upstreams = new Map<string, SimUpstream>()
  for (const id of Object.keys(LABELS)) upstreams.set(id, await startSimUpstream({ keepBodies: true, callsMax: 20_000 }))
  const world = await startWorld()
  try {
    await configure(world, upstreams)
    const strict = await world.operator.customer('100000.00', { routing: { zdr_only: true } })
    const usual = await world.operator.customer('100000.00')
    const others = (): number => [...upstreams].reduce((sum, [id, sim]) => sum + (id === RIGHT ? 0 : sim.calls.length), 0)
    const counts = { answered: 0, refused: 0, misnamed: 0 }
    await until(
      () => call({ base: world.base, key: strict.key, protocol: 'openai', model: MODEL }),
      ({ status }) => status === 200,
      5000,
    )
    await inParallel(Array.from({ length: context.n }), CALLS_AT_ONCE, async (_, index) => {
      upstreams.get(RIGHT)?.script(index % 7 === 0 ? { fault: 'error-500-echo' } : {})
      const protocol = ALL_SPOKEN[index % ALL_SPOKEN.length] ?? 'openai'
      const isHeader = index % 2 === 0
      const answer = await call({
        ...{ base: world.base, key: isHeader ? usual.key : strict.key, protocol, model: MODEL, outputMax: 8, isStream: index % 3 === 0 },
        ...(isHeader ? { headers: { 'x-farebox-zdr-only': '1' } } : {}),
        ...(protocol === 'openai' || protocol === 'openai-responses' ? { fields: { store: true } } : {}),
      })
      if (answer.status === 200) counts.answered += 1
      else counts.refused += 1
      const route = String(answer.headers['x-farebox-route'] ?? '')
      if (answer.status === 200 && !route.includes(RIGHT)) counts.misnamed += 1
    })
    const leaked = others()
    context.expect(leaked === 0, `${leaked} calls reached upstreams that keep, train or do not say: ${namesOf(upstreams)}`)
    context.expect(counts.misnamed === 0, `${counts.misnamed} answers name another route than was taken`)
    context.expect(counts.answered > context.n / 2, `blind: only ${counts.answered} calls were answered`)
    const storing = (upstreams.get(RIGHT)?.calls ?? []).filter(({ body }) => /"store"\s*:\s*true/.test(body?.toString() ?? '')).length
    context.expect(storing === 0, `${storing} calls asked an upstream to store what was said`)
    await call({ base: world.base, key: usual.key, protocol: 'openai', model: MODEL })
    context.expect(others() > leaked, 'blind: a usual key does not reach the others either')
    return { n: context.n, measured: { upstreams: upstreams.size, leaked, ...counts } }
  } finally {
    await world.stop()
    for (const sim of upstreams.values()) await sim.close()
  }
}

const MODEL = 'm-zdr'

async function configure(world: World, upstreams: ReadonlyMap<string, SimUpstream>): Promise<void> {
  for (const [id, sim] of upstreams) {
    const protocols = ['openai-chat', 'openai-responses']
    await world.operator.ask('PUT', `/upstreams/${id}`, {
      kind: 'openai',
      base_url: `${sim.url}/v1`,
      api_key: SECRET,
      protocols,
      privacy: LABELS[id],
    })
  }
  const routes = [...upstreams.keys()].map((upstream) => ({ upstream, model: 'sim-model', priority: upstream === RIGHT ? 9 : 1 }))
  await world.operator.ask('PUT', `/models/${MODEL}`, {
    context: 200_000,
    output_max: 8192,
    price: { input: '3.00', output: '15.00' },
    routes,
  })
}

const namesOf = (upstreams: ReadonlyMap<string, SimUpstream>): string =>
  [...upstreams].flatMap(([id, { calls }]) => (id === RIGHT || calls.length === 0 ? [] : [`${id} ${calls.length}`])).join(', ')
