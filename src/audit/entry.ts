import { createHash } from 'node:crypto'

/** One access of an operator to what belongs to people. `at` is milliseconds; without `accountId` it may have concerned every account. */
export type AuditEntry = {
  readonly serial: bigint
  readonly at: number
  /** Who it was: the operator token, a command, or an operator by name. */
  readonly actor: string
  /** Which door was used, such as "accounts.show". */
  readonly action: string
  readonly accountId: string | undefined
}

/** An entry in its chain; `hash` is 32 bytes over the entry and the hash before it. */
export type ChainedEntry = AuditEntry & { readonly hash: Buffer }

/** What the first entry is bound to. */
export const CHAIN_START = Buffer.alloc(32)

/** The hash that binds an entry to the one before: SHA-256 over that hash and the fields, one a line; no field can hold a line break. */
export const hashEntry = (before: Buffer, entry: AuditEntry): Buffer =>
  createHash('sha256')
    .update(before)
    .update([entry.serial, new Date(entry.at).toISOString(), entry.actor, entry.action, entry.accountId ?? ''].join('\n'))
    .digest()
