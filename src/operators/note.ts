import { recordAccess } from '../audit/index.ts'
import type { OperatorOptions } from './options.ts'

/** What happens at the door of the operator listener, as the audit log calls it. */
export type DoorEvent = 'sign-in' | 'sign-in-refused' | 'sign-out' | 'session-ended' | 'proof' | 'proof-refused' | 'joined' | OwnChange

/** What operators change of how they sign in themselves. */
export type OwnChange = OwnWayChange | 'email-asked' | 'email-changed' | 'alarms-on' | 'alarms-off'

/** Those of them that change what lets them in, of which they are told by a letter. */
export type OwnWayChange =
  | 'passkey-added'
  | 'passkey-removed'
  | 'app-changed'
  | 'password-changed'
  | 'password-removed'
  | 'codes-renewed'
  | 'issuer-linked'
  | 'issuer-unlinked'

/** Who the audit log names where nobody was recognised. */
export const NOBODY = 'unknown'

/** Notes in the audit log what happened at the door, before it is answered. */
export const noteAtDoor = (
  { database, clock }: Pick<OperatorOptions, 'database' | 'clock'>,
  { actor, event }: { readonly actor: string; readonly event: DoorEvent },
): Promise<void> => recordAccess(database, { actor, action: `operators.${event}`, accountId: undefined, now: clock.now() })
