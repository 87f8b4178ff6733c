import { SubjectKeyError } from '../../../privacy/index.ts'
import { carryOut } from './carry-out.ts'
import { type Decision, decide } from './decide.ts'
import { type Deposit, externalIdOf, originPurpose } from './deposit-record.ts'
import { findByTx, takeStep, writeDeposit } from './deposit-store.ts'
import type { ChainParts } from './parts.ts'
import type { Transfer } from './transfer-log.ts'

/** What is known of the transfers of one transaction: all that the chain has of it for us now, and what is kept of it. */
export type KnownTx = { readonly transfers: readonly Transfer[]; readonly deposits: readonly Deposit[] }

/**
 * Credits the transfers of one final transaction that are to us, each once, or does with them what else is decided. What was credited early is
 * found again by account and amount, as the chain may have given its log another block and another number.
 */
export async function settleFinal(parts: ChainParts, { transfers, deposits }: KnownTx): Promise<void> {
  const here = new Set(transfers.map((transfer) => parts.tags.ofTransfer(transfer).toString('hex')))
  const unsafeEarly = deposits.filter(({ tag, state }) => (state === 'early' || state === 'withdrawn') && !here.has(tag.toString('hex')))
  for (const transfer of transfers) {
    const tag = parts.tags.ofTransfer(transfer)
    if (deposits.some((deposit) => deposit.tag.equals(tag))) continue
    const decision = await decide(parts, transfer)
    const early = takeEarly(unsafeEarly, decision)
    if (early === undefined) await carryOut(parts, await newDeposit(parts, { transfer, decision, tag }))
    else await confirm(parts, early, transfer)
  }
}

/**
 * A deposit of the same transaction to the same account of the same amount that was credited before; each is taken once. Where the account was
 * erased since, neither has one any more, and what is booked already is still no money without an owner.
 */
function takeEarly(unsafeEarly: Deposit[], decision: Decision): Deposit | undefined {
  const isGone = decision.do === 'ask' && decision.code === 'account_gone'
  if (decision.do !== 'credit' && !isGone) return undefined
  const at = unsafeEarly.findIndex(
    ({ accountId, amount, state, isDone }) =>
      accountId === decision.accountId && amount === decision.amount && (!isGone || (state === 'early' && isDone)),
  )
  return at < 0 ? undefined : unsafeEarly.splice(at, 1)[0]
}

/** What was credited early is final now; what was taken back came again and is credited again, under another name. */
async function confirm(parts: ChainParts, known: Deposit, transfer: Transfer): Promise<void> {
  const { database, clock } = parts
  await carryOut(parts, known)
  const now = clock.now()
  const tag = parts.tags.ofTransfer(transfer)
  const originSealed = await sealOrigin(parts, { transfer, tag, accountId: known.accountId })
  const isAgain = known.state === 'withdrawn'
  const times = known.times + (isAgain ? 1 : 0)
  const externalId = isAgain ? externalIdOf(tag, times) : known.externalId
  const place = { tag, blockNumber: transfer.blockNumber, times, externalId, originSealed }
  const isTaken = await takeStep(
    database,
    { ...known, isDone: true },
    { from: known.state, to: 'settled', isDone: !isAgain, now, ...place, ...(isAgain && { withdrawnId: known.externalId }) },
  )
  if (isTaken && isAgain) await carryOut(parts, { ...known, ...place, state: 'settled', isDone: false })
}

/** A transfer with what is decided on it, and what it is known by; `state` where it is not what the decision makes of it. */
export type DecidedTransfer = {
  readonly transfer: Transfer
  readonly decision: Decision
  readonly tag: Buffer
  readonly state?: 'pending' | 'early'
}

/**
 * Writes a transfer with what is decided, before it is carried out; resolves with what is kept of it, which another may have written. Nothing is
 * credited early whose transaction could not be kept, as it could not be looked for when the chain takes it back.
 */
export async function newDeposit(parts: ChainParts, { transfer, decision, tag, state }: DecidedTransfer): Promise<Deposit> {
  const base = {
    ...{ tag, txTag: parts.tags.ofTx(transfer), chainId: transfer.chainId, blockNumber: transfer.blockNumber },
    ...{ problem: undefined, times: 0, externalId: externalIdOf(tag, 0), accountId: undefined, amount: undefined },
  }
  const ignored = { ...base, state: 'problem', isDone: true } as const
  if (decision.do === 'ignore') return ignored
  const accountId = decision.do === 'keep-for-claim' ? undefined : decision.accountId
  const written = { ...base, ...STATES[decision.do], accountId, amount: decision.amount, now: parts.clock.now() }
  const originSealed = await sealOrigin(parts, { transfer, tag, accountId })
  const problem = decision.do === 'ask' ? decision.code : undefined
  const seen = state === 'early' && originSealed === undefined ? 'pending' : state
  return await writeDeposit(parts.database, { ...written, problem, originSealed, ...(seen !== undefined && { state: seen }) })
}

const STATES = {
  credit: { state: 'settled', isDone: false },
  ask: { state: 'problem', isDone: false },
  'keep-for-claim': { state: 'unclaimed', isDone: true },
} as const

type Origin = { readonly transfer: Transfer; readonly tag: Buffer; readonly accountId: string | undefined }

/**
 * Transaction and sender, readable for as long as the account is not erased; nothing where there is no account, or no key of it: one account
 * without its key holds up no other.
 */
async function sealOrigin(parts: ChainParts, { transfer, tag, accountId }: Origin): Promise<Buffer | undefined> {
  if (accountId === undefined) return undefined
  const { txHash, from } = transfer
  try {
    return await parts.sealing.seal(accountId, Buffer.from(JSON.stringify({ txHash, from })), originPurpose(tag))
  } catch (thrown) {
    if (!(thrown instanceof SubjectKeyError)) throw thrown
    parts.log({ event: 'usdc-origin-unkept', chain: parts.chain.id, code: thrown.code })
    return undefined
  }
}

/** What is kept of the transactions of some transfers. */
export const keptOf = (parts: ChainParts, transfers: readonly Transfer[]): Promise<readonly Deposit[]> =>
  findByTx(parts.database, [...new Map(transfers.map((transfer) => [transfer.txHash, parts.tags.ofTx(transfer)])).values()])
