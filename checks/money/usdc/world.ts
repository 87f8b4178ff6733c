import { randomUUID } from 'node:crypto'
import { type EndpointManner, SimChain, type SimEndpoint, SimRpcError, simEndpoint, simTransfer } from '../../../sim/index.ts'
import { sql } from '../../../src/db/index.ts'
import type { LogEvent, NanoUsd } from '../../../src/lib/index.ts'
import { listProblems, type PaymentProblem } from '../../../src/payments/index.ts'
import {
  type ChainParts,
  type ChainReader,
  depositTags,
  type Halt,
  makeAddressBook,
  makeChainReader,
  NO_SANCTIONS,
  type RpcCall,
  RpcError,
  type Sanctions,
  type UsdcChain,
  type UsdcTerms,
} from '../../../src/payments/rails/usdc/index.ts'
import type { UsdcStore } from './store.ts'

/** USDC on Base, and other addresses that mean nothing. */
export const TOKEN = '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913'
export const PAYER = '0x00000000000000000000000000000000000000aa'
export const HOUSE_ADDRESS = '0x00000000000000000000000000000000000000bb'

/** A chain, its endpoints, and a reader of it that can be killed and begun anew. */
export type UsdcWorld = {
  readonly chain: SimChain
  readonly endpoints: readonly SimEndpoint[]
  readonly logged: LogEvent[]
  /** What the rail works with; `parts.book` gives addresses. */
  readonly parts: ChainParts
  readonly newAccount: () => Promise<{ readonly accountId: string; readonly address: string }>
  /** One look at the chain. */
  readonly read: () => Promise<Halt | undefined>
  /** Forgets what the reading process had in memory. */
  readonly restart: () => void
  /** A transfer of the token, in a transaction of its own unless more are given. */
  readonly pay: (to: string, units: bigint, from?: string) => ReturnType<typeof simTransfer>
  /** Mines so many empty blocks and makes all but the last `open` final. */
  readonly settle: (blocks: number, open?: number) => void
  readonly available: (accountId: string) => Promise<NanoUsd>
  readonly problems: () => Promise<readonly PaymentProblem[]>
  /** The states of all that is kept of deposits. */
  readonly states: () => Promise<readonly string[]>
}

/** What is different from one honest endpoint that says what is final. */
export type WorldOptions = {
  readonly manners?: readonly EndpointManner[]
  readonly chain?: Partial<UsdcChain>
  readonly terms?: Partial<UsdcTerms>
  readonly sanctions?: Sanctions
  readonly chainId?: number
  /** Makes hashes, the same for the same; made up when left out. */
  readonly salt?: string
  /** When blocks are; in seconds. */
  readonly times?: { readonly startSeconds: number; readonly blockSeconds: number }
}

/** An endpoint as the rail asks it. */
export const rpcOf =
  ({ call }: SimEndpoint): RpcCall =>
  async (method, params) => {
    try {
      return await call(method, params)
    } catch (thrown) {
      throw thrown instanceof SimRpcError ? new RpcError(`RPC_${thrown.code}`, thrown) : thrown
    }
  }

/** Makes a world on a store. */
export function openUsdcWorld(store: Omit<UsdcStore, 'forget' | 'close'>, options: WorldOptions = {}): UsdcWorld {
  const { manners = [{}], chainId = 8453 } = options
  const chain = new SimChain({ chainId, token: TOKEN, salt: options.salt ?? randomUUID(), ...options.times })
  const endpoints = manners.map((manner) => simEndpoint(chain, manner))
  const logged: LogEvent[] = []
  const { database, keyring, desk, clock, tree, money } = store
  const parts: ChainParts = {
    ...{ database, desk, clock, ledger: money.ledger, sealing: money.subjects, sanctions: options.sanctions ?? NO_SANCTIONS },
    ...{ book: makeAddressBook({ database, tree, firstIndex: 0 }), tags: depositTags(keyring), log: (entry) => void logged.push(entry) },
    terms: { minimum: 0n, maximum: 10n ** 18n, dust: 'credit', houseAddress: undefined, ...options.terms },
    chain: { id: chainId, name: 'Base', token: TOKEN, decimals: 6, range: 2000, ...options.chain },
    endpoints: endpoints.map(rpcOf),
  }
  let reader: ChainReader = makeChainReader(parts, 'one')
  return {
    ...{ chain, endpoints, logged, parts },
    newAccount: async () => {
      const { accountId } = await money.newCustomer(0n)
      return { accountId, address: await parts.book.addressOf(accountId, clock.now()) }
    },
    read: () => reader.read(),
    restart: () => {
      reader = makeChainReader(parts, 'one')
    },
    pay: (to, units, from = PAYER) => simTransfer({ token: TOKEN, from, to, units }),
    settle: (blocks, open = 0) => {
      for (let block = 0; block < blocks; block += 1) chain.mine()
      chain.finalized = Math.max(chain.finalized, chain.latest - open)
    },
    available: async (accountId) => (await money.ledger.balanceOf(accountId))?.available ?? 0n,
    problems: () => listProblems(database, { keyring, subjects: money.subjects }, { isAll: false, limit: 1000 }),
    states: async () =>
      (await database.query<{ state: string }>(sql`select state from usdc_deposit order by seen_at, tag`)).map(({ state }) => state),
  }
}
