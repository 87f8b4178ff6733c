import { readDecimals } from './chain-reads.ts'
import type { Halt } from './chain-store.ts'
import { checkToken, readHeads } from './heads.ts'
import { type RpcCall, RpcError, rpcOverHttp } from './rpc.ts'
import type { ChainSettings, UsdcSettings } from './settings.ts'
import { openAddressTree } from './xpub.ts'

/** What a look at a chain found: how it is, or why nothing would be credited; and what is wrong with single endpoints, by their place in the list. */
export type ChainProbe = {
  readonly name: string
  readonly halt: Halt | undefined
  readonly finalBlock: number | undefined
  readonly latestBlock: number | undefined
  readonly endpoints: readonly (string | undefined)[]
}

/** What a look at the settings of USDC found; `firstAddress` is what the wallet has to show as its first. */
export type UsdcProbe = { readonly firstAddress: string; readonly chains: readonly ChainProbe[] }

/** Looks at every endpoint of every chain; credits nothing and writes nothing. Throws ExtendedKeyError. */
export async function probeUsdc(settings: UsdcSettings, rpcOf: (url: string) => RpcCall = rpcOverHttp): Promise<UsdcProbe> {
  const tree = await openAddressTree(settings.xpub)
  return {
    firstAddress: tree.addressAt(settings.firstIndex),
    chains: await Promise.all(settings.chains.map((chain) => probeChain(chain, rpcOf))),
  }
}

async function probeChain(chain: ChainSettings, rpcOf: (url: string) => RpcCall): Promise<ChainProbe> {
  const all = chain.rpc.map(rpcOf)
  const endpoints = await Promise.all(all.map((call) => faultOf(call, chain)))
  const told = await readHeads(chain, all)
  if (told.halt !== undefined) return { name: chain.name, halt: told.halt, finalBlock: undefined, latestBlock: undefined, endpoints }
  const { final, latest } = told.value
  const halt = await checkToken(chain, told.value.endpoints)
  return { name: chain.name, halt, finalBlock: final.number, latestBlock: latest, endpoints }
}

/** What is wrong with one endpoint, as a code; undefined for nothing. */
async function faultOf(call: RpcCall, chain: ChainSettings): Promise<string | undefined> {
  const alone = await readHeads(chain, [call])
  if (alone.halt === 'wrong_chain') return alone.halt
  try {
    return (await readDecimals(call, chain.token)) === chain.decimals ? alone.halt : 'token_wrong'
  } catch (thrown) {
    if (thrown instanceof RpcError) return thrown.code
    throw thrown
  }
}
