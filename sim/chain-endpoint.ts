import type { SimBlock, SimChain, SimTx } from './chain.ts'

/** How an endpoint behaves; all may be changed while it runs. `alter` may put anything in the place of an answer. */
export type EndpointManner = {
  /** Blocks that it is behind. */
  lag?: number
  isDown?: boolean
  /** Says that it knows of no receipt. */
  dropsReceipts?: boolean
  /** Blocks that `finalized` is behind what it was. */
  finalizedBack?: number
  /** Knows no tag `finalized`. */
  lacksFinalized?: boolean
  alter?: (method: string, answer: unknown, params: readonly unknown[]) => unknown
}

/** An endpoint of a simulated chain: answers as a node does, or as its manner says. Throws SimRpcError. */
export type SimEndpoint = {
  readonly manner: EndpointManner
  readonly call: (method: string, params: readonly unknown[]) => Promise<unknown>
  /** How often it was asked. */
  readonly calls: () => number
}

/** An error that a node answers with. */
export class SimRpcError extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.name = 'SimRpcError'
    this.code = code
  }
}

/** Opens an endpoint of a chain. Source: ethereum.github.io/execution-apis, as of 2026-11-26. */
export function simEndpoint(chain: SimChain, manner: EndpointManner = {}): SimEndpoint {
  let asked = 0
  return {
    manner,
    calls: () => asked,
    call: async (method, params) => {
      asked += 1
      if (manner.isDown === true) throw new SimRpcError(-32_000, 'down')
      const answer = answerTo(chain, manner, { method, params })
      return manner.alter === undefined ? answer : manner.alter(method, answer, params)
    },
  }
}

const hex = (count: number): string => `0x${count.toString(16)}`
const numberOf = (text: unknown): number => (typeof text === 'string' && text.startsWith('0x') ? Number(text) : -1)

type Asked = { readonly method: string; readonly params: readonly unknown[] }

function answerTo(chain: SimChain, manner: EndpointManner, { method, params }: Asked): unknown {
  const head = Math.max(0, chain.latest - (manner.lag ?? 0))
  const [first] = params
  const at = (tag: unknown): number => blockNumber({ chain, manner, head }, tag)
  switch (method) {
    case 'eth_chainId':
      return hex(chain.chainId)
    case 'eth_blockNumber':
      return hex(head)
    case 'eth_getBlockByNumber':
      return blockAnswer(chain.block(at(first), head))
    case 'eth_getLogs':
      return logsAnswer({ chain, head }, first, at)
    case 'eth_getTransactionReceipt':
      return manner.dropsReceipts === true ? null : receiptAnswer({ chain, head }, String(first))
    case 'eth_getTransactionByHash':
      return chain.blockOf(String(first), head) !== undefined || chain.waiting.has(String(first)) ? { hash: first } : null
    case 'eth_getCode':
      return chain.contracts.has(String(first).toLowerCase()) ? '0x6001' : '0x'
    case 'eth_call':
      return contractAnswer(chain, first)
    default:
      throw new SimRpcError(-32_601, 'the method does not exist')
  }
}

type View = { readonly chain: SimChain; readonly head: number }

function blockNumber({ chain, manner, head }: View & { readonly manner: EndpointManner }, tag: unknown): number {
  if (tag === 'latest') return head
  if (tag !== 'finalized') return numberOf(tag)
  if (manner.lacksFinalized === true) throw new SimRpcError(-32_602, 'unknown tag')
  return Math.max(0, Math.min(head, chain.finalized - (manner.finalizedBack ?? 0)))
}

const blockAnswer = (block: SimBlock | undefined): unknown =>
  block === undefined ? null : { number: hex(block.number), hash: block.hash, timestamp: hex(block.seconds), transactions: [] }

type Placed = { readonly tx: SimTx; readonly log: Readonly<Record<string, unknown>> }

/** The logs of a block, numbered through all of its transactions, as nodes do. */
function placedLogs(block: SimBlock): readonly Placed[] {
  const all = block.txs.flatMap((tx) => tx.logs.map((log) => ({ tx, log })))
  return all.map(({ tx, log }, index) => ({
    tx,
    log: {
      ...log,
      ...{ blockNumber: hex(block.number), blockHash: block.hash, transactionHash: tx.hash },
      ...{ logIndex: hex(index), transactionIndex: hex(block.txs.indexOf(tx)), removed: false },
    },
  }))
}

function logsAnswer({ chain, head }: View, filter: unknown, at: (tag: unknown) => number): unknown {
  const asked: Readonly<Record<string, unknown>> = typeof filter === 'object' && filter !== null ? { ...filter } : {}
  const [first, last] = [at(asked['fromBlock']), Math.min(head, at(asked['toBlock']))]
  const found: unknown[] = []
  for (let number = first; number <= last; number += 1) {
    const block = chain.block(number, head)
    if (block !== undefined) found.push(...placedLogs(block).flatMap(({ log }) => (isAsked(log, asked) ? [log] : [])))
  }
  return found
}

function isAsked(log: Readonly<Record<string, unknown>>, asked: Readonly<Record<string, unknown>>): boolean {
  if (String(log['address']).toLowerCase() !== String(asked['address']).toLowerCase()) return false
  const wanted: readonly unknown[] = Array.isArray(asked['topics']) ? asked['topics'] : []
  const topics: readonly unknown[] = Array.isArray(log['topics']) ? log['topics'] : []
  return wanted.every((want, index) => want === null || (Array.isArray(want) ? want.includes(topics[index]) : want === topics[index]))
}

function receiptAnswer({ chain, head }: View, txHash: string): unknown {
  const block = chain.blockOf(txHash, head)
  const tx = block?.txs.find(({ hash }) => hash === txHash)
  if (block === undefined || tx === undefined) return null
  return {
    ...{ transactionHash: txHash, blockNumber: hex(block.number), blockHash: block.hash, status: tx.isSuccessful ? '0x1' : '0x0' },
    logs: placedLogs(block).flatMap((placed) => (placed.tx === tx ? [placed.log] : [])),
  }
}

function contractAnswer(chain: SimChain, asked: unknown): unknown {
  const call: Readonly<Record<string, unknown>> = typeof asked === 'object' && asked !== null ? { ...asked } : {}
  const answer = chain.contracts.get(String(call['to']).toLowerCase())?.(String(call['data']))
  if (answer === undefined) throw new SimRpcError(3, 'execution reverted')
  return answer
}
