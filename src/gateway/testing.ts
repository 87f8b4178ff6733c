import type { ControlEvents } from './control-client.ts'

/** For clients of tests that nobody listens to. */
export const NO_EVENTS: ControlEvents = {
  onCatalog: () => {},
  onRevokeKey: () => {},
  onRevokeAccount: () => {},
  onForget: () => {},
  onWelcome: () => {},
  onKeyless: () => {},
}
