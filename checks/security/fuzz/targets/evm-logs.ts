import { decodeEventLog, erc20Abi } from 'viem'
import type { SeededRandom } from '../../../../sim/index.ts'
import {
  type ChainParts,
  decide,
  type RpcCall,
  RpcError,
  readBlock,
  readReceipt,
  readTransfers,
  type Transfer,
} from '../../../../src/payments/rails/usdc/index.ts'
import { editJson } from '../json-edit.ts'
import { type FuzzTarget, rule } from '../target.ts'

const TOKEN = '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913'
const HOUSE = `0x${'bb'.repeat(20)}`
const CUSTOMER = `0x${'c0'.repeat(20)}`
const ERASED = `0x${'ee'.repeat(20)}`
const SANCTIONED = `0x${'66'.repeat(20)}`
const TOPIC = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'
const TX = `0x${'7a'.repeat(32)}`
const BLOCK = `0x${'b1'.repeat(32)}`
const [FIRST, LAST] = [16, 4_096]
const FILTER = { chainId: 8453, token: TOKEN, to: [HOUSE, CUSTOMER, ERASED], first: FIRST, last: LAST }
const [MINIMUM, MAXIMUM] = [1_000_000_000n, 10_000_000_000_000n]
/** Nano-USD in one of the token's units, of which a million are a dollar. */
const NANO_PER_UNIT = 1_000n

const word = (address: string): string => `0x${address.slice(2).padStart(64, '0')}`
const WORDS = [
  ...[
    'address',
    'topics',
    'data',
    'removed',
    'blockNumber',
    'blockHash',
    'transactionHash',
    'logIndex',
    'logs',
    'status',
    'number',
    'hash',
  ],
  ...[
    TOKEN,
    TOKEN.toUpperCase(),
    TOPIC,
    TX,
    BLOCK,
    word(HOUSE),
    word(CUSTOMER),
    word(SANCTIONED),
    `0x${'f'.repeat(64)}`,
    `0x${'1'.repeat(64)}`,
  ],
  ...['0x', '0x0', '0x1', '0x01', '0x1fffffffffffff', '0x20000000000000', 'timestamp', '0x10', '0x1000', '0x1001'],
] as const

/** What an endpoint says, as JSON of `logs`, `receipt` and `block`: transfers are those that another decoder reads, and what is booked of them is exact. */
export const evmLogsTarget: FuzzTarget = {
  dictionary: [...'{}[]:,"', '0x', '0X', 'null', 'false', 'true', '00', ...WORDS],
  bytesMax: 8_192,
  make: (random) => Buffer.from(JSON.stringify(madeAnswer(random))),
  edit: (input, random) => {
    const text = editJson(input.toString(), random, WORDS)
    return text === undefined ? input : Buffer.from(text)
  },
  read: async (input) => {
    const { logs, receipt, block } = fieldsOf(parsed(input))
    const transfers = (await orNothing(readTransfers(said(logs), FILTER))) ?? []
    transfersHold(transfers, logs)
    for (const transfer of transfers) await decisionHolds(transfer)
    const read = await orNothing(readReceipt(said(receipt), { chainId: FILTER.chainId, txHash: TX }))
    if (read !== undefined) {
      rule(isCount(read.blockNumber), 'a receipt in a block without a number')
      rule(
        read.transfers.every(({ txHash, blockHash }) => txHash === TX && blockHash === read.blockHash),
        'a transfer of another transaction',
      )
      transfersAreTold(read.transfers, fieldsOf(receipt)['logs'])
    }
    const height = await orNothing(readBlock(said(block), 'latest'))
    rule(height === undefined || (isCount(height.number) && isCount(height.seconds)), 'a block without a number')
    return 1
  },
}

function madeAnswer(random: SeededRandom): object {
  const logs = Array.from({ length: 1 + random.below(4) }, (_, index) => ({
    address: TOKEN,
    topics: [
      TOPIC,
      word(random.pick([SANCTIONED, `0x${'aa'.repeat(20)}`])),
      word(random.pick([HOUSE, CUSTOMER, ERASED, `0x${'dd'.repeat(20)}`])),
    ],
    data: `0x${BigInt(random.below(4) === 0 ? random.below(9) : 2 ** random.below(60))
      .toString(16)
      .padStart(64, '0')}`,
    ...{
      blockNumber: `0x${(FIRST + random.below(40)).toString(16)}`,
      blockHash: BLOCK,
      transactionHash: TX,
      logIndex: `0x${index.toString(16)}`,
    },
    ...(random.below(3) === 0 ? { removed: random.below(2) === 0 } : {}),
  }))
  const receipt = { transactionHash: TX, blockNumber: '0x20', blockHash: BLOCK, status: '0x1', logs }
  return { logs, receipt, block: { number: '0x20', hash: BLOCK, timestamp: '0x6a000000' } }
}

function parsed(input: Buffer): unknown {
  try {
    return JSON.parse(input.toString())
  } catch {
    return undefined
  }
}

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {})

const said =
  (answer: unknown): RpcCall =>
  async () =>
    answer

/** What was read; undefined for an answer that is not believed, which is told by RpcError and by nothing else. */
async function orNothing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (thrown) {
    if (!(thrown instanceof RpcError)) throw thrown
    rule(/^(?:UNREADABLE|RPC)/.test(thrown.code), 'an error with another name')
    return undefined
  }
}

const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 0

function transfersHold(transfers: readonly Transfer[], logs: unknown): void {
  transfersAreTold(transfers, logs)
  for (const [index, { token, to, blockNumber, logIndex }] of transfers.entries()) {
    rule(token === TOKEN && FILTER.to.includes(to), 'a transfer that nobody asked for')
    rule(blockNumber >= FIRST && blockNumber <= LAST, 'a transfer of another block')
    const before = transfers[index - 1]
    rule(before === undefined || before.blockNumber < blockNumber || before.logIndex <= logIndex, 'transfers in another order')
  }
}

/** Each transfer is what another decoder makes of one of the logs. */
function transfersAreTold(transfers: readonly Transfer[], logs: unknown): void {
  const told = (Array.isArray(logs) ? logs : []).map(fieldsOf).flatMap(decoded)
  for (const { from, to, units, token } of transfers) {
    rule(units > 0n && units < 1n << 256n, 'units that no token has')
    rule(told.includes(`${token} ${from} ${to} ${units}`), 'a transfer that no log tells')
  }
}

/** Source: viem's decodeEventLog, which is strict about topics and data. */
function decoded({ address, topics, data, removed }: Fields): readonly string[] {
  if (removed === true) return []
  try {
    const { args } = decodeEventLog({
      ...{ abi: erc20Abi, eventName: 'Transfer', strict: true },
      ...{ topics: lower(topics) as [`0x${string}`], data: lower(data) as `0x${string}` },
    } as const)
    if (args === undefined) return []
    const { from, to, value } = args
    return [`${String(address).toLowerCase()} ${from.toLowerCase()} ${to.toLowerCase()} ${value}`]
  } catch {
    return []
  }
}

const lower = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(lower) : typeof value === 'string' ? value.toLowerCase() : value

/** What `decide` works with. */
const PARTS = {
  terms: { minimum: MINIMUM, maximum: MAXIMUM, dust: 'queue', houseAddress: HOUSE },
  sanctions: { has: (address: string) => address === SANCTIONED, isReady: () => true, refresh: async () => undefined },
  chain: { id: FILTER.chainId, name: 'base', token: TOKEN, decimals: 6, range: 1_000 },
  book: { ownerOf: async (address: string) => (address === CUSTOMER ? 'account' : address === ERASED ? null : undefined) },
} as unknown as ChainParts

async function decisionHolds(transfer: Transfer): Promise<void> {
  const decision = await decide(PARTS, transfer)
  rule(decision.do !== 'ignore', 'money to one of our addresses is ignored')
  const { amount } = decision
  rule(amount === undefined || amount === transfer.units * NANO_PER_UNIT, 'another amount than came')
  if (decision.do === 'ask') return
  rule(amount !== undefined && amount >= MINIMUM && amount <= MAXIMUM, 'an amount beyond the terms is credited')
  rule(transfer.from !== SANCTIONED, 'money of a sanctioned address is credited')
  rule(decision.do === 'credit' ? transfer.to === CUSTOMER : transfer.to === HOUSE, 'money is credited to somebody else')
}
