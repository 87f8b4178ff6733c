import { readAuthorization, type UsedAuthorization } from './authorization-log.ts'
import { addressTopic, quantity, readCount, readHash, readQuantity } from './hex.ts'
import { type RpcCall, RpcError } from './rpc.ts'
import { readTransfer, TRANSFER_TOPIC, type Transfer } from './transfer-log.ts'

/** A block: its number, its hash and its time in seconds since 1970 UTC. */
export type Block = { readonly number: number; readonly hash: string; readonly seconds: number }

/** What became of a transaction that is in a block: whether it did what it should, and all that tokens said in it. */
export type Receipt = {
  readonly blockNumber: number
  readonly blockHash: string
  readonly isSuccessful: boolean
  readonly transfers: readonly Transfer[]
  /** Signed transfers that were carried out in it. */
  readonly authorizations: readonly UsedAuthorization[]
}

/** Which blocks count: the last one, or the last one that the chain itself calls final. */
export type BlockTag = 'latest' | 'finalized' | number

/** The id of the chain an endpoint serves. Throws RpcError. */
export async function readChainId(call: RpcCall): Promise<number> {
  return readCount(await call('eth_chainId', [])) ?? unreadable()
}

/** A block by its number or tag; undefined where there is none (yet). Throws RpcError. */
export async function readBlock(call: RpcCall, tag: BlockTag): Promise<Block | undefined> {
  const answer = await call('eth_getBlockByNumber', [typeof tag === 'number' ? quantity(tag) : tag, false])
  if (answer === null) return undefined
  const fields = recordOf(answer)
  const [number, hash, seconds] = [readCount(fields['number']), readHash(fields['hash']), readCount(fields['timestamp'])]
  if (number === undefined || hash === undefined || seconds === undefined) return unreadable()
  return { number, hash, seconds }
}

/** The number of a block by tag. Throws RpcError, also where there is none. */
export const readHeight = async (call: RpcCall, tag: BlockTag): Promise<number> => (await readBlock(call, tag))?.number ?? unreadable()

/** Blocks, token and addresses that logs are asked for. */
export type LogFilter = {
  readonly chainId: number
  readonly token: string
  readonly to: readonly string[]
  readonly first: number
  readonly last: number
}

/**
 * Transfers of a token to any of some addresses in a range of blocks, in their order. What an endpoint adds that was not asked for (another
 * token, other addresses, other blocks, another event) is left out. Throws RpcError.
 */
export async function readTransfers(call: RpcCall, filter: LogFilter): Promise<readonly Transfer[]> {
  const topics = [TRANSFER_TOPIC, null, filter.to.map(addressTopic)]
  const blocks = { fromBlock: quantity(filter.first), toBlock: quantity(filter.last) }
  const logs = await call('eth_getLogs', [{ ...blocks, address: filter.token, topics }])
  if (!Array.isArray(logs)) return unreadable()
  const transfers = logs.map((log) => readTransfer(log, filter.chainId)).filter((transfer) => transfer !== undefined)
  const wanted = new Set(filter.to)
  return transfers
    .filter(({ token, to }) => token === filter.token && wanted.has(to))
    .filter(({ blockNumber }) => blockNumber >= filter.first && blockNumber <= filter.last)
    .sort((one, other) => one.blockNumber - other.blockNumber || one.logIndex - other.logIndex)
}

/** The receipt of a transaction; undefined while it is in no block. Throws RpcError. */
export async function readReceipt(
  call: RpcCall,
  asked: { readonly chainId: number; readonly txHash: string },
): Promise<Receipt | undefined> {
  const answer = await call('eth_getTransactionReceipt', [asked.txHash])
  if (answer === null) return undefined
  const fields = recordOf(answer)
  const [blockNumber, blockHash, status] = [readCount(fields['blockNumber']), readHash(fields['blockHash']), readQuantity(fields['status'])]
  const { logs } = fields
  if (blockNumber === undefined || blockHash === undefined || status === undefined || !Array.isArray(logs)) return unreadable()
  if (readHash(fields['transactionHash']) !== asked.txHash) return unreadable()
  const transfers = logs.map((log) => readTransfer(log, asked.chainId)).filter((transfer) => transfer !== undefined)
  const own = transfers.filter((transfer) => transfer.txHash === asked.txHash && transfer.blockHash === blockHash)
  return {
    blockNumber,
    blockHash,
    isSuccessful: status === 1n,
    transfers: own,
    authorizations: logs.flatMap((log) => readAuthorization(log) ?? []),
  }
}

/** Whether an endpoint knows of a transaction at all, be it in no block yet. Throws RpcError. */
export const isKnown = async (call: RpcCall, txHash: string): Promise<boolean> =>
  (await call('eth_getTransactionByHash', [txHash])) !== null

const DECIMALS_CALL = '0x313ce567'

/** The decimals a token says it has; undefined when there is no contract at its address, or one that does not say. Throws RpcError. */
export async function readDecimals(call: RpcCall, token: string): Promise<number | undefined> {
  const code = await call('eth_getCode', [token, 'latest'])
  if (typeof code !== 'string' || code.length <= 2) return undefined
  const word = readHash(await call('eth_call', [{ to: token, data: DECIMALS_CALL }, 'latest']))
  return word === undefined || BigInt(word) > 255n ? undefined : Number(BigInt(word))
}

function recordOf(answer: unknown): Readonly<Record<string, unknown>> {
  return typeof answer === 'object' && answer !== null ? { ...answer } : unreadable()
}

function unreadable(): never {
  throw new RpcError('UNREADABLE')
}
