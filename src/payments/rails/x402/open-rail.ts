import type { Database } from '../../../db/index.ts'
import type { Log, NanoUsd } from '../../../lib/index.ts'
import type { Keyring, SubjectKeys } from '../../../privacy/index.ts'
import type { RailReport } from '../../../spec/index.ts'
import type { PaymentDesk } from '../../desk.ts'
import { claimMessage } from '../usdc/claim-message.ts'
import type { Endpoints } from '../usdc/endpoints.ts'
import type { UsdcChain } from '../usdc/parts.ts'
import { NO_SANCTIONS, type Sanctions } from '../usdc/sanctions.ts'
import { claimWallet, type X402Claim, type X402Claimed } from './claim.ts'
import { BELIEVING, confirmBy } from './confirm.ts'
import { type Facilitator, facilitatorOver } from './facilitator.ts'
import { finishPayments } from './finish-payments.ts'
import { type PayAnswer, pay } from './pay.ts'
import { type X402Payment, x402Tags } from './payment.ts'
import { x402Report } from './report.ts'
import type { X402Settings } from './settings.ts'
import type { WalletDoors } from './wallets.ts'

/** What the rail is opened with; `service` is what customers call us. */
export type X402RailParts = {
  readonly settings: X402Settings
  readonly database: Database
  readonly desk: Pick<PaymentDesk, 'settle' | 'problem' | 'externalKey'>
  readonly keyring: Pick<Keyring, 'seal' | 'unseal' | 'lookup'>
  readonly subjects: Pick<SubjectKeys, 'seal' | 'unseal'>
  readonly doors: WalletDoors
  readonly service: string
  readonly clock: { readonly now: () => number }
  readonly log: Log
  /** Over HTTP when left out. */
  readonly facilitator?: Facilitator
  /** The chain that is paid on and who is asked of it, where that is known; else the facilitator is believed. */
  readonly chain?: { readonly chain: UsdcChain; readonly endpoints: Endpoints } | undefined
  /** Nobody's when left out. */
  readonly sanctions?: Sanctions | undefined
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
  /** What the chain says was paid; undefined where no endpoint of it is known. */
  readonly report: RailReport | undefined
}

/** Payments at the same time; each waits for a facilitator. */
const AT_ONCE_MAX = 64

/** Opens the rail. */
export function openX402Rail(rail: X402RailParts): X402Rail {
  const { settings, database, desk, keyring, subjects, doors, service, clock, log, chain, sanctions = NO_SANCTIONS } = rail
  const parts = {
    ...{ database, desk, keyring, sealing: subjects, doors, clock, log, service, terms: settings },
    ...{ tags: x402Tags(keyring), facilitator: rail.facilitator ?? facilitatorOver(settings) },
    ...{ sanctions, confirm: chain === undefined ? BELIEVING : confirmBy(chain.endpoints) },
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
    report: chain && x402Report({ ...parts, ...chain, chain: { ...chain.chain, token: settings.asset } }),
  }
}
