import type { EndpointManner, SeededRandom } from '../../../sim/index.ts'

type Lie = NonNullable<EndpointManner['alter']>
type Fields = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const logsOf = (answer: unknown): readonly Fields[] => (Array.isArray(answer) ? answer.filter(isRecord) : [])
const word = (value: number): string => `0x${value.toString(16).padStart(64, '0')}`

/** Adds to lists of logs, and to receipts, a transfer to an address that never was. */
const invented = (address: string): Lie => {
  const log = {
    ...{ address: '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913', data: word(1_000_000_000), blockNumber: '0x1', logIndex: '0x63' },
    topics: [
      '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef',
      word(1),
      `0x${address.slice(2).toLowerCase().padStart(64, '0')}`,
    ],
    ...{ blockHash: word(7), transactionHash: word(8), removed: false },
  }
  return (method, answer) => (method === 'eth_getLogs' ? [...logsOf(answer), log] : answer)
}

const LIES: readonly ((address: string) => Lie)[] = [
  invented,
  () => (method, answer) => (method === 'eth_getLogs' ? logsOf(answer).slice(1) : answer),
  () => (method, answer) => (method === 'eth_getLogs' ? logsOf(answer).map((log) => ({ ...log, data: word(999_000_000) })) : answer),
  () => (method, answer) => (method === 'eth_getLogs' ? [...logsOf(answer), ...logsOf(answer)] : answer),
  () => (method, answer) => (method === 'eth_getTransactionReceipt' && isRecord(answer) ? { ...answer, status: '0x1' } : answer),
  () => (method, answer) => (method === 'eth_getTransactionReceipt' ? null : answer),
  () =>
    (_method, answer, [tag]) =>
      tag === 'finalized' && isRecord(answer) ? { ...answer, number: '0xffffffff' } : answer,
  () =>
    (_method, answer, [tag]) =>
      tag === 'finalized' && isRecord(answer) ? { ...answer, number: '0x0' } : answer,
  () => (method, answer) => (method === 'eth_getBlockByNumber' && isRecord(answer) ? { ...answer, hash: word(9) } : answer),
  () => (method, answer) => (method === 'eth_chainId' ? '0x1' : answer),
  () => () => ({ not: 'an answer' }),
  () => (method, answer) => (method === 'eth_getCode' ? '0x' : answer),
]

/** A lie that one endpoint tells, about an address of ours. */
export const lieOf = (random: SeededRandom, address: string): Lie => LIES[random.below(LIES.length)]?.(address) ?? invented(address)
