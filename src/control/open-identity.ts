import { randomBytes } from 'node:crypto'
import type { ApiDependencies } from '../api/index.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/index.ts'
import { type IdentityOptions, makeIdentity } from '../identity/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { type KeyVault, type PolicySettings, passwordHashingOf } from '../privacy/index.ts'

/** What identity is opened with; `settings` say how passwords are hashed, as the policy promises it. */
export type OpenIdentityOptions = Pick<IdentityOptions, 'clock' | 'ids' | 'log' | 'mailer'> & {
  readonly appDatabase: Database
  readonly ledger: Pick<Ledger, 'openAccount'>
  readonly keys: Pick<KeyVault, 'subjects' | 'ipTags'>
  readonly config: Pick<Config, 'publicUrl'>
  readonly settings: Pick<PolicySettings, 'profile' | 'service'>
}

/** Who people are and who is signed in, for the interface. */
export function openIdentity(options: OpenIdentityOptions): Pick<ApiDependencies, 'identity' | 'publicUrl'> {
  const { appDatabase: database, ledger, keys, config, settings, clock, ids, log, mailer } = options
  const { publicUrl } = config
  const identity = makeIdentity({
    ...{ database, subjects: keys.subjects, ipTags: keys.ipTags, clock, ids, log, mailer, publicUrl, random: randomBytes },
    openLedgerAccount: (accountId) => ledger.openAccount(accountId),
    service: settings.service,
    scheme: passwordHashingOf(settings.profile),
  })
  return { identity, publicUrl }
}
