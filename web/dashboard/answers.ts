import type { z } from 'zod'
import type * as contract from '../../src/api/contract/index.ts'

/** What the server answers, by the schemas that it answers with. */
export type Profile = z.output<typeof contract.profileShown>
export type SignInAnswer = z.output<typeof contract.signInShown>
export type SignedIn = z.output<typeof contract.signedInShown>
export type OwnAccount = z.output<typeof contract.ownAccountShown>
export type OwnCredits = z.output<typeof contract.ownCreditsShown>
export type OwnKey = z.output<typeof contract.ownKeyShown>
export type OwnKeyDetails = z.output<typeof contract.ownKeyDetails>
export type RotatedKey = z.output<typeof contract.rotationMade>
export type Member = z.output<typeof contract.memberShown>
export type MintedKey = z.output<typeof contract.ownKeyMinted>
export type AccountUsage = z.output<typeof contract.accountUsageShown>
export type OwnCall = z.output<typeof contract.ownCallShown>
export type CallPage = z.output<typeof contract.ownCallPage>
export type DaysUsed = z.output<typeof contract.daysUsedShown>
export type Statement = z.output<typeof contract.statementShown>
export type TopupOptions = z.output<typeof contract.topupOptionsShown>
export type OwnPayment = z.output<typeof contract.ownPaymentShown>
export type OwnDeposit = z.output<typeof contract.ownDepositShown>
export type CheckoutStep = z.output<typeof contract.checkoutShown>
export type Redeemed = z.output<typeof contract.redeemShown>
export type VerifiedTopup = z.output<typeof contract.verifyTopupShown>
export type OfferedPlan = z.output<typeof contract.offeredPlanShown>
export type OfferedPool = z.output<typeof contract.offeredPoolShown>
export type BillingStatus = z.output<typeof contract.billingStatusShown>
export type Subscribed = z.output<typeof contract.subscribedShown>
export type Access = z.output<typeof contract.accessShown>
export type Erasure = z.output<typeof contract.erasureShown>
export type Sessions = z.output<typeof contract.sessionsShown>
export type Passkeys = z.output<typeof contract.passkeysShown>
export type TotpSetup = z.output<typeof contract.totpShown>
export type Issuers = z.output<typeof contract.issuersShown>
export type BegunErrand = z.output<typeof contract.errandShown>
export type Identities = z.output<typeof contract.identitiesShown>
export type RecoveryCodes = z.output<typeof contract.recoveryCodesShown>
export type LookedAtInvitation = z.output<typeof contract.invitationLookedAt>
export type Invitation = z.output<typeof contract.invitationShown>
export type MadeInvitation = z.output<typeof contract.teamInvitationMade>
export type SupportCase = z.output<typeof contract.supportWordsShown>
