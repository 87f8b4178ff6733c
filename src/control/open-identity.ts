import { randomBytes } from 'node:crypto'
import type { AbuseSettings } from '../abuse/index.ts'
import type { ApiDependencies } from '../api/index.ts'
import { readIssuerSettings } from '../catalog/index.ts'
import { type Config, processEnvironment } from '../config.ts'
import type { Database } from '../db/index.ts'
import { type ConfirmedStep, type IdentityOptions, makeIdentity } from '../identity/index.ts'
import { openIssuers } from '../issuers/index.ts'
import { endKeysSince, listKeysLeft } from '../keys/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Clock } from '../lib/index.ts'
import { bookGifts, type PaymentRules, promiseForSignup } from '../payments/index.ts'
import { type KeyVault, type PolicySettings, passwordHashingOf } from '../privacy/index.ts'

/** What identity is opened with; `settings` say how passwords are hashed, as the policy promises it. */
export type OpenIdentityOptions = Pick<IdentityOptions, 'ids' | 'log' | 'mailer'> & {
  readonly clock: Clock
  readonly appDatabase: Database
  readonly ledger: Pick<Ledger, 'openAccount' | 'credit'>
  readonly keys: Pick<KeyVault, 'subjects' | 'ipTags'>
  readonly config: Pick<Config, 'publicUrl' | 'configPath' | 'providerKeys'>
  readonly settings: Pick<PolicySettings, 'profile' | 'service'>
  readonly abuse: { readonly settings: AbuseSettings }
  readonly signOn: ApiDependencies['signOn']
  readonly sales: { readonly settings: { readonly rules: PaymentRules } }
}

/** Who people are and who is signed in, for the interface. */
export function openIdentity(options: OpenIdentityOptions): Pick<ApiDependencies, 'identity' | 'publicUrl' | 'signOn'> {
  const { signOn, appDatabase: database, ledger, keys, config, settings, clock, ids, log, mailer, abuse } = options
  const { publicUrl } = config
  const identity = makeIdentity({
    ...{ database, subjects: keys.subjects, ipTags: keys.ipTags, clock, ids, log, mailer, publicUrl, random: randomBytes },
    openLedgerAccount: (accountId) => ledger.openAccount(accountId),
    service: settings.service,
    scheme: passwordHashingOf(settings.profile),
    ...{ signUpsPerAddress: abuse.settings.velocity.signUpsPerAddress, oneAccount: abuse.settings.oneAccount },
    ...{ issuers: openIssuers(readIssuerSettings(config, processEnvironment()), { clock }), onConfirmed: signupCredit(options) },
    teamIssuers: signOn?.issuers,
    keys: { left: listKeysLeft, endSince: endKeysSince },
  })
  return { identity, publicUrl, signOn }
}

/** What a new account gets whose e-mail is confirmed; undefined where it gets nothing. */
function signupCredit({ appDatabase: database, ledger, sales, abuse, ids, clock }: OpenIdentityOptions): ConfirmedStep | undefined {
  const { rules } = sales.settings
  if (rules.signupCredit === undefined) return undefined
  const perDay = abuse.settings.velocity.signupCreditsPerDay
  return {
    promise: (tx, accountId) => promiseForSignup(tx, { ids, clock, rules }, { accountId, perDay }),
    keep: async () => void (await bookGifts({ database, ledger }, {})),
  }
}
