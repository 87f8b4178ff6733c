import type { Clock, Log } from '../../../lib/index.ts'
import type { Endpoints } from './endpoints.ts'
import type { UsdcChain } from './parts.ts'
import { rpcOverHttp } from './rpc.ts'
import { makeSanctions, type Sanctions } from './sanctions.ts'
import type { UsdcSettings } from './settings.ts'

/** A chain that deposits are taken on, with its endpoints, for others who have to look at it; undefined for one that is not configured. */
export function usdcChain(
  { chains }: UsdcSettings,
  chainId: number,
  stopped: AbortSignal,
): { readonly chain: UsdcChain; readonly endpoints: Endpoints } | undefined {
  const found = chains.find(({ id }) => id === chainId)
  if (found === undefined) return undefined
  const { rpc, ...chain } = found
  return { chain, endpoints: rpc.map((url) => rpcOverHttp(url, stopped)) }
}

/** The list of wallets of which nothing is taken, read on its own. */
export const usdcSanctions = (
  { sanctions }: Pick<UsdcSettings, 'sanctions'>,
  parts: { readonly clock: Clock; readonly log: Log },
): Sanctions => makeSanctions(sanctions, parts)
