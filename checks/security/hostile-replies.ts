import { setTimeout as sleep } from 'node:timers/promises'
import { ALL_SPOKEN, call } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { inParallel, until } from '../parallel.ts'
import { makeCanary } from '../privacy/canary.ts'
import { dumpDatabase } from '../privacy/dump.ts'
import { startWorld, type World } from '../world.ts'
import { hostileRoutes, startHostileUpstream } from './hostile-upstream.ts'

const AT_ONCE = 10

/**
 * SEC-18: whatever an upstream puts into its replies, in names, figures, errors and headers, ends at the client: nothing of it comes to
 * the database, the log, the operator or the metrics, and nothing of it breaks a process or the books.
 */
export async function hostileReplies(context: CheckContext): Promise<Measured> {
  const marker = makeCanary()
  const hostile = await startHostileUpstream(marker, context.seed)
  const world = await startWorld(hostileRoutes(hostile))
  try {
    const customer = await world.operator.customer('1000.00')
    const [gateway] = world.pidsOf('gateway')
    const calls = Array.from({ length: context.n }, (_, index) => index)
    const answers = await inParallel(calls, AT_ONCE, (index) => {
      const upstream = Math.floor(index / 2) % 2 === 0 ? 'openai' : 'anthropic'
      const protocol = ALL_SPOKEN[Math.floor(index / 4) % ALL_SPOKEN.length] ?? 'openai'
      return call({
        base: world.base,
        key: customer.key,
        protocol,
        model: `m-hostile-${upstream}`,
        isStream: index % 2 === 0,
        millisMax: 20_000,
      })
    })
    const unended = answers.filter(({ status, error }) => status === 0 || error === 'GAVE_UP')
    context.expect(unended.length === 0, `${unended.length} calls were not answered`)
    const seen = answers.filter(({ body }) => body.includes(marker)).length
    context.expect(seen > answers.length / 4, `blind: only ${seen} answers held what the upstream said`)
    for (const { headers } of answers)
      context.expect(!JSON.stringify(headers).includes(marker), 'a header of an upstream reached the client')
    const rows = await until(
      () => world.operator.usage(customer.id),
      (found) => found.length >= answers.length,
      10_000,
    )
    context.expect(rows.length === answers.length, `${rows.length} rows for ${answers.length} calls`)
    context.expect(world.pidsOf('gateway')[0] === gateway, 'the gateway died')
    const searched = await searchKept(context, world, marker)
    const { ok, problems } = await world.operator.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    return { n: answers.length, measured: { seen, searched, rows: rows.length } }
  } finally {
    await world.stop()
    hostile.close()
  }
}

/** Looks for the marker in all that is kept or shown; tells in how many places. */
async function searchKept(context: CheckContext, world: World, marker: string): Promise<number> {
  await sleep(1500)
  const tables = await dumpDatabase(world.connection())
  const metrics = await (await fetch(`${world.operatorBase}/metrics`)).text()
  const upstreams = JSON.stringify(await world.operator.ask('GET', '/upstreams'))
  const places = [...tables, { name: 'log', text: world.log() }, { name: 'metrics', text: metrics }, { name: 'upstreams', text: upstreams }]
  for (const { name, text } of places) context.expect(!text.includes(marker), `what an upstream said is in: ${name}`)
  const shown = JSON.parse(upstreams) as {
    readonly data: readonly { readonly id: string; readonly health: { readonly routes: readonly { readonly other_models: number }[] } }[]
  }
  const others = shown.data.flatMap(({ health }) => health.routes).reduce((sum, { other_models }) => sum + other_models, 0)
  context.expect(others > 0, 'an upstream that names other models is not flagged')
  return places.length
}
