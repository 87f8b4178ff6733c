import { type RefundParts, timeOf } from './parts.ts'
import type { RailRefund } from './refund.ts'
import { stepRefund } from './store.ts'

/** Why nothing is sent to an address, as the outcome of a refund: it is on the list of sanctions, or that was never read. */
export type Held = 'recipient_sanctioned' | 'sanctions_unread'

/** Whether, and why, nothing is sent to an address, in lower case. */
export async function screen({ sanctions }: Pick<RefundParts, 'sanctions'>, address: string): Promise<Held | undefined> {
  await sanctions.refresh()
  if (!sanctions.isReady()) return 'sanctions_unread'
  return sanctions.has(address) ? 'recipient_sanctioned' : undefined
}

/** Says why a refund has no address, and puts one to a wallet on the list before the operator: nobody but a person goes on with it, or cancels it. */
export async function hold(parts: RefundParts, refund: RailRefund, why: Held): Promise<void> {
  const { id, rail, accountId, amount, outcome } = refund
  if (outcome === why) return
  if (why === 'recipient_sanctioned') await parts.desk.problem({ rail, code: 'refund_recipient_sanctioned', ref: id, accountId, amount })
  await stepRefund(parts.database, id, { from: ['taken'], to: 'taken', at: timeOf(parts), outcome: why })
}

/** Whether whoever paid has to say where a refund goes; not where it waits for the operator. */
export const needsAddress = ({ state, chainId, addressSealed, outcome }: RailRefund): boolean =>
  state === 'taken' && chainId !== undefined && addressSealed === undefined && !HELD.has(outcome ?? '')

const HELD: ReadonlySet<string> = new Set<Held>(['recipient_sanctioned', 'sanctions_unread'])
