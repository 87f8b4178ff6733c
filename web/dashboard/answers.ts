import type { z } from 'zod'
import type * as contract from '../../src/api/contract/index.ts'

/** What the server answers, by the schemas that it answers with. */
export type Profile = z.output<typeof contract.profileShown>
export type SignInAnswer = z.output<typeof contract.signInShown>
export type SignedIn = z.output<typeof contract.signedInShown>
export type OwnAccount = z.output<typeof contract.ownAccountShown>
export type OwnCredits = z.output<typeof contract.ownCreditsShown>
export type OwnKey = z.output<typeof contract.ownKeyShown>
export type MintedKey = z.output<typeof contract.ownKeyMinted>
export type AccountUsage = z.output<typeof contract.accountUsageShown>
export type OwnCall = z.output<typeof contract.ownCallShown>
export type CallPage = { readonly data: readonly OwnCall[]; readonly next: string | null }
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
export type RecoveryCodes = z.output<typeof contract.recoveryCodesShown>
export type SupportCase = z.output<typeof contract.supportWordsShown>
export type Notifications = z.output<typeof contract.notificationsShown>
export type BalanceAlert = z.output<typeof contract.alertShown>
export type OwnAlert = z.output<typeof contract.ownAlertShown>
export type OwnNews = z.output<typeof contract.ownAnnouncements>
export type TelegramCode = z.output<typeof contract.telegramCodeShown>
export type Webhook = z.output<typeof contract.webhookShown>
export type MadeWebhook = z.output<typeof contract.webhookMade>
export type WebhookSecret = z.output<typeof contract.webhookSecretShown>
export type Delivery = z.output<typeof contract.deliveryShown>
