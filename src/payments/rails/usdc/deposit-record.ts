import type { NanoUsd } from '../../../lib/index.ts'
import type { Keyring } from '../../../privacy/index.ts'
import { depositKey, type Transfer } from './transfer-log.ts'

/**
 * What became of a transfer to us: seen and not final, credited before it is final, credited, put before the operator, credited and taken
 * back as it did not become final, to the house and not claimed, claimed.
 */
export const DEPOSIT_STATES = ['pending', 'early', 'settled', 'problem', 'withdrawn', 'unclaimed', 'claimed'] as const
export type DepositState = (typeof DEPOSIT_STATES)[number]

/** States in which a deposit is not settled. */
export type WaitingState = Extract<DepositState, 'pending' | 'early' | 'unclaimed' | 'problem'>

/** Why money that came is put before the operator. */
export const PROBLEMS = ['account_gone', 'amount_impossible', 'sanctioned_sender', 'below_minimum', 'above_maximum', 'not_booked'] as const
export type ProblemCode = (typeof PROBLEMS)[number]

/** A transfer to one of our addresses, as it is kept: of chain, transaction and sender there are keyed hashes alone. */
export type Deposit = {
  readonly tag: Buffer
  readonly txTag: Buffer
  readonly chainId: number
  readonly accountId: string | undefined
  readonly blockNumber: number
  /** Undefined: more than fits the books. */
  readonly amount: NanoUsd | undefined
  readonly state: DepositState
  readonly problem: ProblemCode | undefined
  /** Whether the books, or the operator's queue, have what the state says. */
  readonly isDone: boolean
  readonly times: number
  readonly externalId: string
}

/** Keyed hashes of what is on the chain: what the books and our tables know it by, so that neither holds it, also after an erasure. */
export type DepositTags = {
  /** Of a transfer that is not final, bound to its block: in another block the same place can be that of another transfer of its transaction. */
  readonly ofSeen: (transfer: Pick<Transfer, 'chainId' | 'txHash' | 'logIndex' | 'blockHash'>) => Buffer
  readonly ofTransfer: (transfer: Pick<Transfer, 'chainId' | 'txHash' | 'logIndex'>) => Buffer
  readonly ofTx: (tx: Pick<Transfer, 'chainId' | 'txHash'>) => Buffer
  readonly ofPayer: (paid: Pick<Transfer, 'chainId' | 'txHash' | 'from'>) => Buffer
}

/** The tags under a master key that never changes. */
export const depositTags = ({ lookup }: Pick<Keyring, 'lookup'>): DepositTags => ({
  ofSeen: (transfer) => lookup(`${depositKey(transfer)}:${transfer.blockHash}`, 'usdc-seen'),
  ofTransfer: (transfer) => lookup(depositKey(transfer), 'usdc-deposit'),
  ofTx: ({ chainId, txHash }) => lookup(`${chainId}:${txHash.toLowerCase()}`, 'usdc-tx'),
  ofPayer: ({ chainId, txHash, from }) => lookup(`${chainId}:${txHash.toLowerCase()}:${from.toLowerCase()}`, 'usdc-payer'),
})

/** What the books know a deposit by; one that was taken back and came again is another to them. */
export const externalIdOf = (tag: Buffer, times: number): string => (times === 0 ? tag.toString('hex') : `${tag.toString('hex')}-${times}`)

/** What transaction and sender of a deposit are sealed for, so that they open in its own row only. */
export const originPurpose = (tag: Buffer): string => `usdc-origin:${tag.toString('hex')}`
