import type { CheckContext } from '../harness/index.ts'
import type { World } from '../world.ts'
import { CANARY, patternsOf } from './canary.ts'
import { textOfFrames } from './frame-text.ts'
import { PlaceSearch } from './places.ts'
import type { MadeCall } from './traffic.ts'

/** Canaries that were seen at the upstream and at clients. */
export type Arrivals = { readonly atUpstream: number; readonly atClient: number }

/** The other half of a search: what had to arrive at the upstream and at the client did, in some form it knows; the rest did not. */
export function expectArrived(context: CheckContext, world: World, made: readonly MadeCall[]): Arrivals {
  const upstream = new PlaceSearch(made.flatMap(({ canary }) => patternsOf(canary)))
  for (const { body, headersSeen, path } of world.sim.calls) {
    upstream.text('head', JSON.stringify([path, headersSeen]))
    upstream.text('body', body ?? Buffer.alloc(0))
  }
  const seen = new Set(upstream.found.map(({ canary }) => canary))
  expectOnce(context, world, made)
  let atClient = 0
  const dying = made.filter(({ ending }) => ending.name === 'server dies')
  const unanswered = dying.filter(({ answer }) => answer.status === 0)
  context.expect(
    unanswered.length * 2 <= dying.length,
    `blind: ${unanswered.length} of ${dying.length} calls had no answer when the server died`,
  )
  for (const call of made) {
    const { surface, ending, answer } = call
    const what = `${surface.name}, ${ending.name}, ${call.protocol}, ${call.model}`
    const isSeen = seen.has(call.canary)
    const isCarried = call.isNative || surface.isTranslated
    // A call that has no answer when its server is killed may not have come so far.
    const isCutOff = unanswered.includes(call)
    if (isCarried && surface.reaches === 'upstream' && ending.reaches !== 'nobody' && !isCutOff)
      context.expect(isSeen, `not at the upstream: ${what}, status ${answer.status}`)
    if (surface.reaches === 'nobody') context.expect(!isSeen, `at an upstream that it is not for: ${what}`)
    // The first call of a limited key is let in, whatever its limit.
    if (ending.reaches === 'nobody' && answer.status >= 400) context.expect(!isSeen, `at an upstream though refused: ${what}`)
    if (hasArrived(call)) atClient += 1
    else if (isCarried && surface.reaches === 'client' && ending.reaches === 'client')
      context.fail(`not at the client: ${what}, status ${answer.status}`)
  }
  return { atUpstream: seen.size, atClient }
}

/** A call that is answered at the first try is made once: nobody else is asked the same, for whatever reason. */
function expectOnce(context: CheckContext, { sim }: World, made: readonly MadeCall[]): void {
  const times = new Map<string, number>()
  for (const { body } of sim.calls)
    for (const canary of new Set(body?.toString('latin1').match(CANARY))) times.set(canary, (times.get(canary) ?? 0) + 1)
  for (const { canary, surface, ending, answer } of made) {
    if (!ANSWERED_AT_ONCE.has(ending.name) || answer.status !== 200) continue
    const sent = times.get(canary) ?? 0
    context.expect(sent <= 1, `leak: sent to upstreams ${sent} times: ${surface.name}, ${ending.name}`)
  }
}

const ANSWERED_AT_ONCE: ReadonlySet<string> = new Set(['success', 'stream'])

function hasArrived({ canary, answer }: MadeCall): boolean {
  const search = new PlaceSearch(patternsOf(canary))
  search.text('answer', answer.body)
  search.text('headers', JSON.stringify(answer.headers))
  return search.found.length > 0 || textOfFrames(answer.body.toString()).includes(canary)
}
