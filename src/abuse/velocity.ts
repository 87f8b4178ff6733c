import type { Database } from '../db/index.ts'
import { type CountedGuess, countAccountGuess, countAddressGuess, type GuessParts, HOUR_MS, type Visitor } from '../identity/index.ts'
import type { AbuseSettings } from './settings.ts'

/** How many events an account has sent by hand in an hour: tests, and deliveries once more, of which the log shows the last hundred. */
export const WEBHOOK_SENDS = { test: 20, resend: 100 } as const

/** What limits on starting things are counted with. */
export type VelocityParts = GuessParts & { readonly limits: AbuseSettings['velocity'] }

/** Limits on starting things, counted in the database, so that all nodes agree; addresses count as tags of their day. */
export type Velocity = {
  /** Counts that an account begins to pay. Fails with topup_limited. */
  readonly countTopup: (accountId: string, visitor: Visitor) => Promise<void>
  /** Counts that a code is tried from an address; one that was right is forgiven. Fails with redeem_limited. */
  readonly countCode: (visitor: Visitor) => Promise<CountedGuess>
  /**
   * Counts that an account has an event sent by hand, in a transaction of the caller's; so nobody has a host called all the time that need not be
   * theirs. Deleting a webhook forgives nothing. Fails with webhook_limited.
   */
  readonly countWebhookSend: (tx: Database, accountId: string, kind: keyof typeof WEBHOOK_SENDS) => Promise<void>
}

/** The limits by their settings. */
export function makeVelocity(parts: VelocityParts): Velocity {
  const { topupsPerAccount, topupsPerAddress, codesPerAddress } = parts.limits
  const topup = { windowMs: HOUR_MS, about: 'topup', code: 'topup_limited' } as const
  return {
    countTopup: async (accountId, { address }) => {
      await countAddressGuess(parts, address, { ...topup, times: topupsPerAddress })
      await countAccountGuess(parts, accountId, { ...topup, times: topupsPerAccount })
    },
    countCode: ({ address }) =>
      countAddressGuess(parts, address, { windowMs: HOUR_MS, about: 'code', code: 'redeem_limited', times: codesPerAddress }),
    countWebhookSend: async (tx, accountId, kind) => {
      const limit = { windowMs: HOUR_MS, about: `webhook-${kind}`, code: 'webhook_limited', times: WEBHOOK_SENDS[kind] } as const
      await countAccountGuess({ ...parts, database: tx }, accountId, limit)
    },
  }
}
