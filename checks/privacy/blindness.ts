import type { CheckContext, Measured } from '../harness/index.ts'
import { startWorld } from '../world.ts'
import { patternsOf } from './canary.ts'
import { crawl, readableAddresses, type Seen } from './crawl.ts'
import { PlaceSearch } from './places.ts'
import { IMPATIENT, MODELS, planCalls, Traffic } from './traffic.ts'

const CALLS_AT_ONCE = 8
const ROUNDS_MIN = 3
const ANSWERED_MIN = 12

/**
 * PRV-15: every address that an operator or the owner of a key can read, as the server's own description lists them, is read again and
 * again while canaries flow; none shows one.
 */
export async function blindness(context: CheckContext): Promise<Measured> {
  const world = await startWorld({ gateways: 2, models: MODELS, env: { ...IMPATIENT, FAREBOX_LOG: 'debug' } })
  try {
    const rich = await world.operator.customer('100000.00')
    const poor = await world.operator.customer('0.000000001')
    const traffic = new Traffic(world, { rich: rich.key, poor: poor.key, limited: poor.key })
    const seen: Seen[] = []
    const ids = { accountId: rich.id, keyId: rich.keyId, model: 'm-openai', upstream: 'oai' }
    const reading = { addresses: await readableAddresses(world, ids), key: rich.key, accounts: [rich.id, poor.id] }
    let isFlowing = true
    const flowing = traffic.makeAll(planCalls(context.n), CALLS_AT_ONCE).finally(() => {
      isFlowing = false
    })
    for (let round = 0; isFlowing || round < ROUNDS_MIN; round += 1) seen.push(...(await crawl(world, reading)))
    const made = await flowing
    seen.push(...(await crawl(world, reading)))
    const search = new PlaceSearch(made.flatMap(({ canary, texts }) => patternsOf(canary, texts)))
    for (const { url, bytes } of seen) search.text(url, bytes)
    for (const { place, form } of search.found) context.fail(`leak: ${form} at ${place}`)
    const answered = new Set(seen.filter(({ status }) => status === 200).map(({ url }) => url))
    context.expect(answered.size > ANSWERED_MIN, `blind: only ${answered.size} addresses were answered`)
    return { n: made.length, measured: { addresses: reading.addresses.length, answered: answered.size, answers: seen.length } }
  } finally {
    await world.stop()
  }
}
