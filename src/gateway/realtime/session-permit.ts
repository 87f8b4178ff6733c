import { NO_USAGE, OUTCOMES } from '../../spec/index.ts'
import type { Caller } from '../callers.ts'
import { voidSettlement } from '../control-client.ts'
import type { Gateway } from '../gateway.ts'
import { hold } from '../hold.ts'
import type { Plan } from '../route.ts'
import { channelMillis } from '../settlement-of.ts'

/** Who opens a session with which model. */
export type PermitQuestion = { readonly caller: Caller; readonly plan: Plan; readonly requestId: string; readonly ipTag: number }

/** The place of a session among the concurrent calls of its key. `end` gives it back, once; the session was open where it has a route. */
export type SessionPermit = { readonly end: (routeSerial: number | undefined) => void }

/**
 * Lets a session in: it counts as one request and as one concurrent call for as long as it is open, and holds no money itself. Fails as
 * holds do.
 */
export async function admitSession(gateway: Gateway, { caller, plan, requestId, ipTag }: PermitQuestion): Promise<SessionPermit> {
  const free = { ...plan, worst: 0n, inputMax: 0, outputMax: 0, counts: {} }
  const startedAt = gateway.clock.monotonic()
  const { message, granted } = await hold(gateway, { caller, plan: free, requestId, ipTag, setLimits: () => undefined })
  let hasEnded = false
  return {
    end: (routeSerial) => {
      if (hasEnded) return
      hasEnded = true
      const open = { outcome: OUTCOMES.indexOf('completed'), status: 101, isStream: 1, routeSerial: routeSerial ?? 0 }
      gateway.control.settle({
        ...voidSettlement(message, granted),
        ...NO_USAGE,
        ...(routeSerial === undefined ? {} : open),
        latencyMs: channelMillis(gateway.clock.monotonic() - startedAt),
      })
    },
  }
}
