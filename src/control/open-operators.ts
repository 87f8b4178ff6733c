import { createHash, randomBytes } from 'node:crypto'
import { readIssuerSettings } from '../catalog/index.ts'
import { type Config, processEnvironment } from '../config.ts'
import type { Database } from '../db/index.ts'
import { openIssuers } from '../issuers/index.ts'
import type { Clock } from '../lib/index.ts'
import { makeOperatorDesk, type OperatorDesk, type OperatorOptions } from '../operators/index.ts'
import { type KeyVault, type PolicySettings, passwordHashingOf } from '../privacy/index.ts'

/** What operators are opened with; `token` is that of the configuration. */
export type OpenOperatorsOptions = Pick<OperatorOptions, 'ids' | 'log' | 'mailer'> & {
  readonly clock: Clock
  readonly appDatabase: Database
  readonly keys: Pick<KeyVault, 'subjects' | 'ipTags'>
  readonly config: Pick<Config, 'operatorUrl' | 'configPath' | 'providerKeys'>
  readonly settings: Pick<PolicySettings, 'profile' | 'service'>
  readonly token: string
}

/** Who the operators are and who of them is signed in, for the interface. */
export const openOperators = ({ appDatabase, keys, config, settings, token, ...rest }: OpenOperatorsOptions): OperatorDesk =>
  makeOperatorDesk({
    ...rest,
    ...{ database: appDatabase, subjects: keys.subjects, ipTags: keys.ipTags, random: randomBytes },
    issuers: openIssuers(readIssuerSettings(config, processEnvironment()), { clock: rest.clock }),
    tokenHash: createHash('sha256').update(token).digest(),
    ...{ url: config.operatorUrl, service: settings.service, scheme: passwordHashingOf(settings.profile) },
  })
