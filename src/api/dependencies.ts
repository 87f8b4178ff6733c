import type { AlarmKind, Velocity } from '../abuse/index.ts'
import type { SiteSettings } from '../catalog/index.ts'
import type { Database } from '../db/index.ts'
import type { Identity, Role } from '../identity/index.ts'
import type { SpendCap } from '../keys/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Clock, Ids, Log } from '../lib/index.ts'
import type { OperatorDesk, OperatorRole } from '../operators/index.ts'
import type { TextRecords } from '../outbound/index.ts'
import type { PaymentDesk, PaymentSettings, RefundDesk, StripeRail, UsdcRail, Webhook, X402Rail } from '../payments/index.ts'
import type { PlanParts } from '../plans/index.ts'
import type { Keyring, OwnRights, PolicyDesk, Rights, SubjectKeys } from '../privacy/index.ts'
import type { ReconciledDay } from '../reconcile/index.ts'
import type { RetentionJob } from '../retention/index.ts'
import type { TeamIssuers } from '../sign-on/index.ts'
import type { JobReport, Language, MailTemplate, SpendLimit, UpstreamHealthView } from '../spec/index.ts'
import type { SupportDesk } from '../support/index.ts'
import type { HouseFacts } from './house-facts.ts'
import type { ManagePorts } from './ports/index.ts'

/** What the interface asks of the books; failures are FailureErrors. */
export type ApiLedger = Ledger

/** What the interface asks of what is done against abuse. */
export type AbuseDoors = {
  readonly velocity: Velocity
  /** What a new key that spends the balance may spend unless another cap is asked for. */
  readonly newKeyCap: SpendCap | undefined
  /** Told of each alarm over a key that an interface raised, so that it is counted. */
  readonly onRaised: (kind: AlarmKind) => void
}

/** Everything the interface is built of. `appDatabase` is under the role that keeps people, keys and the catalogue. */
export type ApiDependencies = {
  readonly appDatabase: Database
  readonly ledger: ApiLedger
  readonly keyring: Keyring
  /** Keys of accounts, under which their e-mails, names of keys and reasons are sealed. */
  readonly subjects: SubjectKeys
  readonly ids: Ids
  readonly clock: Clock
  readonly log: Log
  /** So many bytes from a source that nobody can guess; keys are made of them. */
  readonly randomBytes: (size: number) => Buffer
  /** Who the operators are, and where they are signed in. */
  readonly operators: OperatorDesk
  /** Resolves when the calls that were settled before can be read; soon also where they cannot be written. */
  readonly whenWritten: () => Promise<void>
  /** Whether a paid call can be served now. */
  readonly isReady: () => Promise<boolean>
  /** What bounds a key's spending besides what is written of the key. */
  readonly bindSpending: (keyId: string, limits: readonly SpendLimit[] | undefined) => readonly SpendLimit[] | undefined
  /** Compares a closed day of the books now. Fails with invalid_field (day), day_open. */
  readonly reconcile: (day: string) => Promise<ReconciledDay>
  /** How an upstream of the catalogue does; undefined for others. */
  readonly upstreamHealth: (id: string) => UpstreamHealthView | undefined
  /** What the last round through the books found, and when it ended in milliseconds. */
  readonly audited: () => { readonly isOk: boolean; readonly at: number | undefined }
  /** What answers for the privacy policy. */
  readonly policy: PolicyDesk
  /** The rights of people, for the operator, and for whoever shows a mailed link. */
  readonly rights: Rights
  readonly ownRights: OwnRights
  /** What takes payments, and by which rules. */
  readonly payments: PaymentDesk
  readonly paymentSettings: PaymentSettings
  /** What is sold to customers, and by which ways it is paid. */
  readonly manage: ManagePorts
  /** The address that people use, without a slash at its end. */
  readonly publicUrl: string
  /** How the public site looks, and what it says of its operator. */
  readonly site: SiteSettings
  /** What plans, subscriptions and pools work with. */
  readonly plans: PlanParts
  /** Cards; absent where they are not set up. */
  readonly stripe?: StripeRail | undefined
  /** What takes the deliveries of each rail that is configured, by its name. */
  readonly webhooks: ReadonlyMap<string, Webhook>
  /** USDC; undefined where none is taken, so that its routes are absent. */
  readonly usdc?: UsdcRail | undefined
  /** Calls without a key; undefined where none are sold. */
  readonly x402?: X402Rail | undefined
  /** Money of payments in coins that goes back; undefined where no coins are taken. */
  readonly refunds?: RefundDesk | undefined
  /** What customers ask of support. */
  readonly support: SupportDesk
  /** Who people are, and who is signed in. */
  readonly identity: Identity
  /** What is done against abuse. */
  readonly abuse: AbuseDoors
  /** What letters and chats are offered with. */
  readonly messages: MessagePorts
  /** Issuers of teams, and how domains are looked at; undefined where teams may have none. */
  readonly signOn: { readonly issuers: TeamIssuers; readonly textRecords: TextRecords } | undefined
  /** What is deleted at which age, by the inventory. */
  readonly retention: readonly RetentionJob[]
  /** How the jobs of this process do. */
  readonly jobs: () => readonly JobReport[]
  /** How the house is configured, for its set-up. */
  readonly house: HouseFacts
  /** All metrics as Prometheus reads them. */
  readonly metrics: () => Promise<string>
}

/** What the service is called, the 32 bytes of tokens to unsubscribe with, the name of the bot, where there is one and it is known, and whether webhooks are offered. */
export type MessagePorts = {
  readonly service: string
  readonly unsubscribeKey: Buffer
  readonly botName: (() => string | undefined) | undefined
  readonly hasWebhooks: boolean
  /** Sends a letter filled with samples; rejects when it was not taken. Absent where no mail can be sent. */
  readonly sendSample?: ((sample: LetterSample) => Promise<void>) | undefined
}

/** A letter to see how it arrives, to whom, and in which language. */
export type LetterSample = { readonly template: MailTemplate; readonly to: string; readonly language: Language }

/** What travels with a request through the interface. */
export type ApiEnv = {
  readonly Variables: {
    requestId: string
    /** Who of the operators asks, as the audit log names them. */
    operator: string
    /** What they may do. */
    role: OperatorRole
    /** Whether they have shown lately who they are. */
    isFresh: boolean
    /** Who manages an account, where a guard let them pass. */
    customer: Customer
  }
}

/** Who manages an account: whose it is, and the management key it was shown with, or the person who is signed in and their role in it. */
export type Customer = { readonly accountId: string } & (
  | { readonly keyId: string; readonly keyMadeBy: string | undefined }
  | { readonly personId: string; readonly role: Role; readonly sessionId: string }
)
