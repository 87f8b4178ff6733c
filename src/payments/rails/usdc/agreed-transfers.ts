import { type Receipt, readReceipt, readTransfers } from './chain-reads.ts'
import { askAll, type Endpoints } from './endpoints.ts'
import { readAgreedBlock, type Told, toldOf } from './heads.ts'
import type { UsdcChain } from './parts.ts'
import { type Transfer, transferText } from './transfer-log.ts'

/** Addresses that logs are asked for at once; more make requests that endpoints refuse. */
const ADDRESSES_MAX = 500

/** Where transfers are looked for: the blocks from `first` to `last`, and our addresses in lower case. */
export type Search = {
  readonly chain: UsdcChain
  readonly endpoints: Endpoints
  readonly addresses: readonly string[]
  readonly first: number
  readonly last: number
}

/** The transfers of the token to our addresses that enough endpoints list alike, in their order. */
export async function findTransfers({ chain, endpoints, addresses, first, last }: Search): Promise<Told<readonly Transfer[]>> {
  const found: Transfer[] = []
  for (let from = 0; from < addresses.length; from += ADDRESSES_MAX) {
    const filter = { chainId: chain.id, token: chain.token, to: addresses.slice(from, from + ADDRESSES_MAX), first, last }
    const told = toldOf(await askAll(endpoints, (call) => readTransfers(call, filter), textOf))
    if (told.halt !== undefined) return told
    found.push(...told.value)
  }
  return { halt: undefined, value: found.sort((one, other) => one.blockNumber - other.blockNumber || one.logIndex - other.logIndex) }
}

const textOf = (transfers: readonly Transfer[]): string => transfers.map(transferText).join('\n')

/** The receipt of a transaction that enough endpoints show alike; `value` is undefined where enough know of none. */
export async function findReceipt(
  { chain, endpoints }: Pick<Search, 'chain' | 'endpoints'>,
  txHash: string,
): Promise<Told<Receipt | undefined>> {
  return toldOf(await askAll(endpoints, (call) => readReceipt(call, { chainId: chain.id, txHash }), receiptText))
}

const receiptText = (receipt: Receipt | undefined): string =>
  receipt === undefined
    ? 'none'
    : `${receipt.blockNumber} ${receipt.blockHash} ${receipt.isSuccessful} ${textOf(receipt.transfers)} ${JSON.stringify(receipt.authorizations)}`

/**
 * Whether the transaction of some transfers did what the list of logs says: its receipt is of a success, stands in a block that the chain
 * has, and holds each of them. Endpoints whose receipts do not agree with their own logs are as good as two that disagree.
 */
export async function checkTransfers(
  from: Pick<Search, 'chain' | 'endpoints'>,
  transfers: readonly Transfer[],
): Promise<Told<readonly Transfer[]>> {
  const [first] = transfers
  if (first === undefined) return { halt: undefined, value: [] }
  const told = await findReceipt(from, first.txHash)
  if (told.halt !== undefined) return told
  const receipt = told.value
  if (receipt === undefined) return { halt: 'endpoints_disagree' }
  const block = await readAgreedBlock(from.endpoints, receipt.blockNumber)
  if (block.halt !== undefined) return block
  const shown = new Set(receipt.transfers.map(transferText))
  const isWhole = block.value.hash === receipt.blockHash && transfers.every((transfer) => shown.has(transferText(transfer)))
  if (!isWhole) return { halt: 'endpoints_disagree' }
  return { halt: undefined, value: receipt.isSuccessful ? transfers : [] }
}
