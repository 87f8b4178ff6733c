import type { IdentityOptions } from '../identity/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'

/** What operators are told apart with; `database` has the role farebox_app. */
export type OperatorOptions = Pick<
  IdentityOptions,
  'database' | 'ipTags' | 'clock' | 'ids' | 'log' | 'random' | 'mailer' | 'service' | 'scheme' | 'issuers'
> & {
  /** Keys under which e-mails and secrets of operators are sealed. */
  readonly subjects: Pick<SubjectKeys, 'create' | 'seal' | 'unseal' | 'lookup' | 'destroy'>
  /** SHA-256 of the token of the configuration, 32 bytes. */
  readonly tokenHash: Buffer
  /** The address of the operator listener as browsers know it, without a slash at its end; passkeys are bound to its host. */
  readonly url: string
}
