import { setTimeout as sleep } from 'node:timers/promises'
import { readChainId, readReceipt } from '../usdc/chain-reads.ts'
import { askAll, type Endpoints } from '../usdc/endpoints.ts'
import { RpcError } from '../usdc/rpc.ts'
import type { X402Payment } from './payment.ts'

/** Whether the chain has a transfer in a transaction: it does, the transaction is there and does not hold it, or nothing can be said yet. */
export type Look = 'there' | 'absent' | 'unseen'

/** Looks whether a payment was carried out by a transaction. */
export type Confirm = (payment: X402Payment, txHash: string) => Promise<Look>

/** Where no endpoint of the chain is known the facilitator is believed. */
export const BELIEVING: Confirm = async () => 'there'

/**
 * Looks at the chain itself: the transaction has to have succeeded, to hold the token's transfer of exactly so much from the wallet to us, and to have
 * used up the very nonce that was signed, so that no other transfer stands for it. Endpoints have to agree as for deposits.
 */
export const confirmBy =
  (endpoints: Endpoints): Confirm =>
  async (payment, txHash) => {
    const { chainId } = payment
    const looked = await askAll<Look>(
      endpoints,
      async (call) => {
        if ((await readChainId(call)) !== chainId) throw new RpcError('WRONG_CHAIN')
        const receipt = await readReceipt(call, { chainId, txHash })
        if (receipt === undefined) return 'unseen'
        return receipt.isSuccessful && holds(receipt, payment) ? 'there' : 'absent'
      },
      String,
    )
    return looked.result === 'agreed' ? looked.value : 'unseen'
  }

type Held = Pick<NonNullable<Awaited<ReturnType<typeof readReceipt>>>, 'transfers' | 'authorizations'>

const holds = ({ transfers, authorizations }: Held, { asset, from, to, value, nonce }: X402Payment): boolean =>
  transfers.some((moved) => moved.token === asset && moved.from === from && moved.to === to && moved.units === value) &&
  authorizations.some((used) => used.token === asset && used.from === from && used.nonce === nonce)

const LOOKS_MAX = 4
const LOOK_MS = 500

/** Looks some times while a call waits, as an endpoint may be a block behind the facilitator. */
export async function lookWhileWaiting(confirm: Confirm, payment: X402Payment, txHash: string): Promise<Look> {
  for (let looks = 1; ; looks += 1) {
    const look = await confirm(payment, txHash)
    if (look !== 'unseen' || looks === LOOKS_MAX) return look
    await sleep(LOOK_MS)
  }
}
