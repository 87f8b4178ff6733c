import type { GatewayMessage } from '../channel/index.ts'
import { systemClock } from '../lib/index.ts'
import type { ControlClient, ControlEvents, HoldAnswer } from './control-client.ts'

/** For clients of tests that nobody listens to. */
export const NO_EVENTS: ControlEvents = {
  onCatalog: () => {},
  onRevokeKey: () => {},
  onRevokeAccount: () => {},
  onForget: () => {},
  onWelcome: () => {},
  onKeyless: () => {},
}

/** Asks for a hold now. */
export const askHold = (client: ControlClient, hold: GatewayMessage<'hold'>): Promise<HoldAnswer> =>
  new Promise((resolve) => client.hold(hold, systemClock.monotonic(), resolve))
