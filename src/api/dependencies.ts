import type { Database } from '../db/index.ts'
import type { Clock, Ids, Log, NanoUsd } from '../lib/index.ts'
import type { Keyring } from '../privacy/index.ts'
import type { ReconciledDay } from '../reconcile/index.ts'

/** What the interface asks of the books; failures are FailureErrors (account_unknown, idempotency_conflict). */
export type ApiLedger = {
  readonly openAccount: (accountId: string) => Promise<void>
  readonly credit: (input: {
    readonly accountId: string
    readonly amount: NanoUsd
    readonly kind: 'manual' | 'promotion'
    readonly sourceKey: string
    readonly reason: string
  }) => Promise<{ readonly transferId: string }>
  readonly balanceOf: (accountId: string) => Promise<{ readonly available: NanoUsd; readonly held: NanoUsd } | undefined>
  readonly verify: () => Promise<{
    readonly ok: boolean
    readonly checked: Readonly<Record<string, number>>
    readonly problems: readonly string[]
  }>
}

/** Everything the interface is built of. `appDatabase` is under the role that keeps people, keys and the catalogue. */
export type ApiDependencies = {
  readonly appDatabase: Database
  readonly ledger: ApiLedger
  readonly keyring: Keyring
  readonly ids: Ids
  readonly clock: Clock
  readonly log: Log
  /** So many bytes from a source that nobody can guess; keys are made of them. */
  readonly randomBytes: (size: number) => Buffer
  /** SHA-256 of the operator token, 32 bytes. */
  readonly operatorTokenHash: Buffer
  /** Whether a paid call can be served now. */
  readonly isReady: () => Promise<boolean>
  /** Compares a closed day of the books now. Fails with invalid_field (day), day_open. */
  readonly reconcile: (day: string) => Promise<ReconciledDay>
  /** All metrics as Prometheus reads them. */
  readonly metrics: () => Promise<string>
}

/** What travels with a request through the interface. */
export type ApiEnv = { readonly Variables: { requestId: string } }
