import { type GatewayMessage, NONE_U32 } from '../channel/index.ts'
import { BREAKER_STATES, TROUBLES } from '../spec/index.ts'
import type { Gateway } from './gateway.ts'

type RouteTold = GatewayMessage<'routeHealth'>
type KeyTold = GatewayMessage<'keyHealth'>

/** After so many rounds of changes alone all is told anew. */
const ROUNDS_OF_CHANGES = 15

/** Tells control how routes and keys do, where that has changed since the last time: numbers, under the serials of the catalogue. */
export function healthTeller({ health, control }: Pick<Gateway, 'health' | 'control'>): () => void {
  let told = new Map<string, string>()
  let round = 0
  return () => {
    // What control was told is gone with it; that it was gone for a moment need not have been seen here.
    if (!control.isConnected || round % ROUNDS_OF_CHANGES === 0) told = new Map()
    round += 1
    const now = new Map<string, string>()
    const hasChanged = (name: string, message: object): boolean => {
      const text = Object.values(message).join(' ')
      now.set(name, text)
      return told.get(name) !== text
    }
    for (const message of routeMessages(health)) if (hasChanged(`r${message.routeSerial}`, message)) control.routeHealth(message)
    for (const message of keyMessages(health)) {
      if (hasChanged(`k${message.upstreamSerial}/${message.keyIndex}`, message)) control.keyHealth(message)
    }
    if (control.isConnected) told = now
  }
}

const rounded = (value: number): number => Math.min(Math.max(0, Math.round(value)), NONE_U32 - 1)

/** Routes that no call has met are not told of. */
function* routeMessages({ routes }: Gateway['health']): Generator<RouteTold> {
  for (const route of routes) {
    if (route.attempts === 0) continue
    yield {
      routeSerial: route.serial,
      state: BREAKER_STATES.indexOf(route.breaker.state),
      restMs: rounded(route.breaker.restMsLeft),
      inFlight: rounded(route.inFlight),
      latencyMs: rounded(Math.max(route.latencyMs(true), route.latencyMs(false))),
      lastTrouble: TROUBLES.indexOf(route.lastTrouble),
      attempts: rounded(route.attempts),
      failures: rounded(route.failures),
      otherModels: rounded(route.otherModels),
    }
  }
}

function* keyMessages({ upstreams }: Gateway['health']): Generator<KeyTold> {
  for (const upstream of upstreams) {
    for (const [keyIndex, key] of upstream.keys.entries()) {
      yield {
        ...{ upstreamSerial: upstream.serial, keyIndex, state: BREAKER_STATES.indexOf(key.breaker.state) },
        ...{ restMs: rounded(key.breaker.restMsLeft), inFlight: rounded(key.inFlight), lastTrouble: TROUBLES.indexOf(key.lastTrouble) },
      }
    }
  }
}
