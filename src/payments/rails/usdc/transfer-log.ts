import { readAddress, readCount, readHash, topicAddress } from './hex.ts'

/** Topic 0 of Transfer(address indexed, address indexed, uint256). Source: ERC-20, eips.ethereum.org/EIPS/eip-20, as of 2026-11-26. */
export const TRANSFER_TOPIC = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'

/** A token's own word that it moved: where it stands on its chain, of whom to whom, and how many of its smallest units, more than 0. */
export type Transfer = {
  readonly chainId: number
  readonly token: string
  readonly blockNumber: number
  readonly blockHash: string
  readonly txHash: string
  readonly logIndex: number
  readonly from: string
  readonly to: string
  readonly units: bigint
}

const WORD = /^0x[0-9a-f]{64}$/i

/**
 * Reads a log of any token as a transfer; undefined for what is none: another event, indexed otherwise (2 topics, or 4 as of an NFT), a
 * value of 0 or not of 32 bytes, a log that was removed by a reorganisation or is not in a block.
 */
export function readTransfer(log: unknown, chainId: number): Transfer | undefined {
  if (typeof log !== 'object' || log === null) return undefined
  const fields: Readonly<Record<string, unknown>> = { ...log }
  const { topics, data, removed } = fields
  if (!Array.isArray(topics) || topics.length !== 3 || readHash(topics[0]) !== TRANSFER_TOPIC) return undefined
  if (typeof data !== 'string' || !WORD.test(data) || (removed !== undefined && removed !== false)) return undefined
  const read = {
    token: readAddress(fields['address']),
    blockNumber: readCount(fields['blockNumber']),
    blockHash: readHash(fields['blockHash']),
    txHash: readHash(fields['transactionHash']),
    logIndex: readCount(fields['logIndex']),
    from: topicAddress(topics[1]),
    to: topicAddress(topics[2]),
  }
  const { token, blockNumber, blockHash, txHash, logIndex, from, to } = read
  if (token === undefined || from === undefined || to === undefined || txHash === undefined || blockHash === undefined) return undefined
  if (blockNumber === undefined || logIndex === undefined) return undefined
  const units = BigInt(data)
  return units === 0n ? undefined : { chainId, token, blockNumber, blockHash, txHash, logIndex, from, to, units }
}

/** All of a transfer in one text, so that two endpoints can be compared. */
export const transferText = (transfer: Transfer): string =>
  [
    ...[transfer.chainId, transfer.token, transfer.blockNumber, transfer.blockHash, transfer.txHash, transfer.logIndex],
    ...[transfer.from, transfer.to, transfer.units],
  ].join(' ')

/** What a deposit is known by, for good: chain, transaction and place of its log, in lower case. */
export const depositKey = ({ chainId, txHash, logIndex }: Pick<Transfer, 'chainId' | 'txHash' | 'logIndex'>): string =>
  `${chainId}:${txHash.toLowerCase()}:${logIndex}`
