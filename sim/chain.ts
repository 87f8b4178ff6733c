import { createHash } from 'node:crypto'

/** What a contract says in a transaction. */
export type SimLog = { readonly address: string; readonly topics: readonly string[]; readonly data: string }

/** A transaction: whether it did what it should, and what contracts said in it; one that failed says nothing. */
export type SimTx = { readonly hash: string; readonly isSuccessful: boolean; readonly logs: readonly SimLog[] }

/** A block of the chain as it is now. */
export type SimBlock = { readonly number: number; readonly hash: string; readonly seconds: number; readonly txs: readonly SimTx[] }

/** What a simulated chain begins with: the token is the only contract with code at first. */
export type SimChainOptions = {
  readonly chainId: number
  readonly token: string
  readonly decimals?: number
  /** Makes hashes that no other chain has. */
  readonly salt?: string
  readonly startSeconds?: number
  readonly blockSeconds?: number
}

const TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'
const padded = (hex: string): string => `0x${hex.replace(/^0x/, '').padStart(64, '0')}`

/** What a token says when it moves. Source: ERC-20, eips.ethereum.org/EIPS/eip-20, as of 2026-11-26. */
export const simTransfer = (moved: {
  readonly token: string
  readonly from: string
  readonly to: string
  readonly units: bigint
}): SimLog => ({
  address: moved.token,
  topics: [TRANSFER, padded(moved.from.toLowerCase()), padded(moved.to.toLowerCase())],
  data: padded(moved.units.toString(16)),
})

const AUTHORIZATION_USED = '0x98de503528ee59b575ef0c0a2576a82497bfc029a5685b209e9ec333479b10a5'

/** What a token says when a signed transfer is carried out, beside that it moved. Source: eips.ethereum.org/EIPS/eip-3009, as of 2026-11-26. */
export const simAuthorization = (used: { readonly token: string; readonly from: string; readonly nonce: string }): SimLog => ({
  address: used.token,
  topics: [AUTHORIZATION_USED, padded(used.from.toLowerCase()), padded(used.nonce.toLowerCase())],
  data: '0x',
})

/** A chain of blocks that grows, is reorganised and becomes final when it is told to; the truth that endpoints tell or do not tell. */
export class SimChain {
  readonly chainId: number
  /** Contract address → what it answers to calls by the first 4 bytes of their data; all with code. */
  readonly contracts = new Map<string, (data: string) => string | undefined>()
  /** The last block that is final; may be set back, as no chain should do. */
  finalized = 0
  /** Transactions that are in no block yet. */
  readonly waiting = new Map<string, SimTx>()
  readonly #salt: string
  readonly #seconds: { readonly start: number; readonly each: number }
  #blocks: SimBlock[] = []
  #made = 0

  constructor({ chainId, token, decimals = 6, salt = '', startSeconds = 1_790_000_000, blockSeconds = 2 }: SimChainOptions) {
    this.chainId = chainId
    this.#salt = salt
    this.#seconds = { start: startSeconds, each: blockSeconds }
    this.contracts.set(token.toLowerCase(), (data) => (data.startsWith('0x313ce567') ? padded(decimals.toString(16)) : undefined))
    this.mine()
  }

  /** Makes a transaction that is in no block yet. */
  tx(logs: readonly SimLog[], isSuccessful = true): SimTx {
    this.#made += 1
    const hash = `0x${createHash('sha256').update(`tx ${this.#salt} ${this.chainId} ${this.#made}`).digest('hex')}`
    return { hash, isSuccessful, logs: isSuccessful ? logs : [] }
  }

  /** Adds a block with these transactions. */
  mine(txs: readonly SimTx[] = []): SimBlock {
    const number = this.#blocks.length
    this.#made += 1
    const hash = `0x${createHash('sha256').update(`block ${this.#salt} ${this.chainId} ${number} ${this.#made}`).digest('hex')}`
    const block = { number, hash, seconds: this.#seconds.start + number * this.#seconds.each, txs }
    this.#blocks.push(block)
    for (const tx of txs) this.waiting.delete(tx.hash)
    return block
  }

  /** Takes the last blocks away; what was in them is in no block any more and is returned, oldest first. */
  drop(depth: number): readonly SimTx[] {
    const kept = Math.max(1, this.#blocks.length - depth)
    const dropped = this.#blocks.slice(kept).flatMap(({ txs }) => txs)
    this.#blocks = this.#blocks.slice(0, kept)
    return dropped
  }

  get latest(): number {
    return this.#blocks.length - 1
  }

  /** A block by its number, among the first `head` + 1. */
  block(number: number, head = this.latest): SimBlock | undefined {
    return number > head ? undefined : this.#blocks[number]
  }

  /** The block that a transaction is in. */
  blockOf(txHash: string, head = this.latest): SimBlock | undefined {
    return this.#blocks.slice(0, head + 1).findLast(({ txs }) => txs.some(({ hash }) => hash === txHash))
  }
}
