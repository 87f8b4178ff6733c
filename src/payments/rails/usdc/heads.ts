import { type Block, readBlock, readChainId, readDecimals, readHeight } from './chain-reads.ts'
import type { ChainState, Halt } from './chain-store.ts'
import { type Agreed, askAll, askHeight, type Endpoints, neededOf } from './endpoints.ts'
import type { UsdcChain } from './parts.ts'
import { type RpcCall, RpcError } from './rpc.ts'

/** Where a chain is: the last block that is final, the last of all, and the endpoints that serve this chain. */
export type Heads = { readonly final: Block; readonly latest: number; readonly endpoints: Endpoints }

/** What endpoints say, or why nothing may be credited by it. */
export type Told<T> = { readonly halt: Halt } | { readonly halt: undefined; readonly value: T }

/** Looks where a chain is. An endpoint of another chain is asked nothing else; the others have to be enough without it. */
export async function readHeads(chain: UsdcChain, all: Endpoints): Promise<Told<Heads>> {
  const ids = await Promise.all(all.map((call) => readChainId(call).catch(unreached)))
  const strangers = ids.filter((id) => id !== undefined && id !== chain.id).length
  if (all.length - strangers < neededOf(all)) return { halt: 'wrong_chain' }
  const endpoints = all.map((call, index) => (ids[index] === chain.id ? call : silent))
  const latest = await askHeight(endpoints, (call) => readHeight(call, 'latest'))
  if (latest === undefined) return { halt: 'endpoints_unreached' }
  const height = await finalHeight(chain, endpoints, latest)
  if (height === undefined) return { halt: 'endpoints_unreached' }
  const final = await readAgreedBlock(endpoints, height)
  return final.halt === undefined ? { halt: undefined, value: { final: final.value, latest: Math.max(latest, height), endpoints } } : final
}

async function finalHeight(chain: UsdcChain, endpoints: Endpoints, latest: number): Promise<number | undefined> {
  if (chain.confirmations !== undefined) return Math.max(0, latest - chain.confirmations + 1)
  return await askHeight(endpoints, (call) => readHeight(call, 'finalized'))
}

/** A block that enough endpoints have, and have alike. */
export async function readAgreedBlock(endpoints: Endpoints, number: number): Promise<Told<Block>> {
  const read = async (call: RpcCall): Promise<Block> => {
    const block = await readBlock(call, number)
    if (block?.number !== number) throw new RpcError('BEHIND')
    return block
  }
  return toldOf(await askAll(endpoints, read, ({ hash, seconds }) => `${hash} ${seconds}`))
}

/** What is agreed on, or the halt that it is not. */
export function toldOf<T>(agreed: Agreed<T>): Told<T> {
  if (agreed.result === 'agreed') return { halt: undefined, value: agreed.value }
  return { halt: agreed.result === 'disagreed' ? 'endpoints_disagree' : 'endpoints_unreached' }
}

/** Whether what was final before still is: the chain may not have gone back behind it, and not have another block in its place. */
export async function checkFinal(heads: Heads, before: ChainState): Promise<Halt | undefined> {
  if (heads.final.number < before.finalBlock) return 'final_went_back'
  const then = await readAgreedBlock(heads.endpoints, before.finalBlock)
  if (then.halt !== undefined) return then.halt
  return then.value.hash === before.finalHash ? undefined : 'final_rewritten'
}

/** Whether the token is a contract with the decimals that amounts are reckoned with. */
export async function checkToken(chain: UsdcChain, endpoints: Endpoints): Promise<Halt | undefined> {
  const decimals = toldOf(await askAll(endpoints, (call) => readDecimals(call, chain.token), String))
  if (decimals.halt !== undefined) return decimals.halt
  return decimals.value === chain.decimals ? undefined : 'token_wrong'
}

const silent: RpcCall = async () => {
  throw new RpcError('WRONG_CHAIN')
}

function unreached(thrown: unknown): undefined {
  if (!(thrown instanceof RpcError)) throw thrown
}
