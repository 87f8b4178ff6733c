import type { CheckContext } from '../harness/index.ts'
import type { World } from '../world.ts'
import { patternsOf } from './canary.ts'
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
  let atClient = 0
  for (const call of made) {
    const { surface, ending, answer } = call
    const what = `${surface.name}, ${ending.name}, ${call.protocol}, ${call.model}`
    const isSeen = seen.has(call.canary)
    const isCarried = call.isNative || surface.isTranslated
    if (isCarried && surface.reaches === 'upstream' && ending.reaches !== 'nobody')
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

function hasArrived({ canary, answer }: MadeCall): boolean {
  const search = new PlaceSearch(patternsOf(canary))
  search.text('answer', answer.body)
  search.text('headers', JSON.stringify(answer.headers))
  return search.found.length > 0 || textOfFrames(answer.body.toString()).includes(canary)
}

/** A stream's text put together again, whatever the protocol: all words of its deltas in their order. */
const textOfFrames = (body: string): string =>
  [...body.matchAll(/"(?:content|text|thinking|reasoning_content|arguments|partial_json|delta)":("(?:[^"\\]|\\.)*")/g)]
    .map(([, word = '""']) => String(JSON.parse(word)))
    .join('')
