import type { Database } from '../../../db/index.ts'
import type { Log, NanoUsd } from '../../../lib/index.ts'
import type { Keyring, SubjectKeys } from '../../../privacy/index.ts'
import type { PaymentDesk } from '../../desk.ts'
import { claimMessage } from '../usdc/claim-message.ts'
import { claimWallet, type X402Claim, type X402Claimed } from './claim.ts'
import { type Facilitator, facilitatorOver } from './facilitator.ts'
import { finishPayments } from './finish-payments.ts'
import { type PayAnswer, pay } from './pay.ts'
import { type X402Payment, x402Tags } from './payment.ts'
import type { X402Settings } from './settings.ts'
import type { WalletDoors } from './wallets.ts'

/** What the rail is opened with; `service` is what customers call us. */
export type X402RailParts = {
  readonly settings: X402Settings
  readonly database: Database
  readonly desk: Pick<PaymentDesk, 'settle' | 'problem'>
  readonly keyring: Pick<Keyring, 'seal' | 'unseal' | 'lookup'>
  readonly subjects: Pick<SubjectKeys, 'seal' | 'unseal'>
  readonly doors: WalletDoors
  readonly service: string
  readonly clock: { readonly now: () => number }
  readonly log: Log
  /** Over HTTP when left out. */
  readonly facilitator?: Facilitator
}

/** Calls without a key, as the rest of Farebox knows them. */
export type X402Rail = {
  readonly settings: X402Settings
  /** Takes a payment for a call that can cost `needed`, before it is served; see pay. */
  readonly pay: (payment: X402Payment, needed: NanoUsd) => Promise<PayAnswer>
  /** See finishPayments. */
  readonly finish: () => Promise<number>
  /** What the paying wallet has to sign to claim its account by a transaction. */
  readonly messageFor: (txHash: string) => string
  /** See claimWallet. */
  readonly claim: (claim: X402Claim) => Promise<X402Claimed>
}

/** Payments at the same time; each waits for a facilitator. */
const AT_ONCE_MAX = 64

/** Opens the rail. */
export function openX402Rail(rail: X402RailParts): X402Rail {
  const { settings, database, desk, keyring, subjects, doors, service, clock, log } = rail
  const parts = {
    ...{ database, desk, keyring, sealing: subjects, doors, clock, log, service, terms: settings },
    ...{ tags: x402Tags(keyring), facilitator: rail.facilitator ?? facilitatorOver(settings) },
  }
  let running = 0
  return {
    settings,
    pay: async (payment, needed) => {
      if (running >= AT_ONCE_MAX) return { status: 'busy' }
      running += 1
      try {
        return await pay(parts, payment, needed)
      } finally {
        running -= 1
      }
    },
    finish: () => finishPayments(parts),
    messageFor: (txHash) => claimMessage({ service, txHash }),
    claim: (claim) => claimWallet(parts, claim),
  }
}
