import { fail } from '../failures.ts'
import { ClientGone } from './client-gone.ts'
import { fetchMedia } from './fetcher/index.ts'
import type { Gateway } from './gateway.ts'
import type { Awaited, Leg } from './legs.ts'
import type { OpenCall } from './open-call.ts'
import { boundsOf } from './route.ts'

/** Calls that a gateway process fetches for at the same time: each may have the whole of a call's bytes in memory. */
const FETCHING_MAX = 8

/**
 * A leg as it can be sent: with what its addresses lead to. Only a call that is held for comes here, and
 * what it becomes costs no more than is held. Fails with media_unfetched, unavailable; throws ClientGone.
 */
export async function withBytes(gateway: Gateway, open: OpenCall, awaited: Awaited): Promise<Leg> {
  open.media ??= await fetchFor(gateway, open, awaited)
  const whole = awaited.legWith(open.media)
  if (!isWithin(open, whole)) fail('internal')
  return whole
}

async function fetchFor(gateway: Gateway, open: OpenCall, { addresses }: Awaited): ReturnType<typeof fetchMedia> {
  if (open.isClientGone) throw new ClientGone()
  if (gateway.fetching.size >= FETCHING_MAX) fail('unavailable', { seconds: 1 })
  const ending = new AbortController()
  open.onAbort(() => ending.abort())
  gateway.fetching.add(open)
  try {
    return await fetchMedia(gateway.outside, { addresses, signal: ending.signal })
  } catch (thrown) {
    throw ending.signal.aborted ? new ClientGone() : thrown
  } finally {
    gateway.fetching.delete(open)
  }
}

/** Whether a leg's call is within what is held: pictures and files are held for as the dearest that they could be. */
function isWithin({ plan, heldFor }: OpenCall, { call, target }: Leg): boolean {
  const { inputMax, outputMax, worst } = boundsOf(call, { ...plan.model, routes: [target.route] }, heldFor.multiplier)
  return inputMax <= plan.inputMax && outputMax <= plan.outputMax && worst <= plan.worst
}
