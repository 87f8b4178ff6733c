import type { z } from 'zod'
import type * as contract from '../../src/api/contract/index.ts'

/** What the server answers, by the schemas that it answers with. */
export type OperatorMe = z.output<typeof contract.operatorMe>
export type Overview = z.output<typeof contract.overviewShown>
export type Account = z.output<typeof contract.accountShown>
export type Transfer = z.output<typeof contract.transferShown>
export type Payment = z.output<typeof contract.paymentShown>
export type Key = z.output<typeof contract.keyShown>
export type Usage = z.output<typeof contract.usageShown>
export type AuditEntry = z.output<typeof contract.auditEntryShown>
export type Erasure = z.output<typeof contract.erasureShown>
export type Subscription = z.output<typeof contract.subscriptionShown>
export type PendingCredit = z.output<typeof contract.pendingShown>
export type PaymentProblem = z.output<typeof contract.paymentProblemShown>
export type RedeemBatch = z.output<typeof contract.redeemBatchShown>
export type MadeRedeemBatch = z.output<typeof contract.redeemBatchMade>
export type LedgerVerdict = z.output<typeof contract.ledgerVerdict>
export type ReconciledDay = z.output<typeof contract.reconciledDayShown>
export type Upstream = z.output<typeof contract.upstreamShown>
export type Model = z.output<typeof contract.modelShown>
export type PriceVersion = z.output<typeof contract.priceListed>
export type Plan = z.output<typeof contract.planShown>
export type Pool = z.output<typeof contract.poolShown>
export type Seat = z.output<typeof contract.seatList>['data'][number]
export type SupportRequest = z.output<typeof contract.supportShown>
export type SupportCase = z.output<typeof contract.supportWordsShown>
export type PrivacyRequest = z.output<typeof contract.privacyRequestShown>
export type Disclosure = z.output<typeof contract.disclosureShown>
export type Operator = z.output<typeof contract.operatorShown>
export type MadeOperator = z.output<typeof contract.operatorMade>
export type OperatorSessions = z.output<typeof contract.operatorSessions>
export type KeyAlarm = z.output<typeof contract.keyAlarmShown>
export type LeakedKey = z.output<typeof contract.leakedKeyShown>
export type Incident = z.output<typeof contract.incidentShown>
export type Announcement = z.output<typeof contract.announcementKept>
export type Letter = z.output<typeof contract.letterList>['data'][number]
export type LetterPreview = z.output<typeof contract.letterPreview>
export type ListOf<Entry> = { readonly data: readonly Entry[] }
