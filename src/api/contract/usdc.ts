import { z } from '@hono/zod-openapi'
import { time, usd } from './fields.ts'

/** A chain that deposits are read from; `halted` says why nothing is credited, `unclaimed` what came to the house and nobody claimed. */
export const usdcChainShown = z
  .object({
    id: z.int(),
    name: z.string(),
    final_block: z.int().nullable(),
    latest_block: z.int().nullable(),
    halted: z.string().nullable(),
    halted_at: time.nullable(),
    unclaimed: usd,
  })
  .openapi('UsdcChain')

/** All chains that deposits are read from. */
export const usdcChainList = z.object({ data: z.array(usdcChainShown) })

/**
 * A deposit that waits, as the operator sees it: `state` is pending (not final), early (credited, not final), unclaimed (to the house, and
 * nobody claimed it) or problem, which `problem` names; `halted` says why nothing of its chain is credited. Without an account, or when it
 * was erased, nobody can say the transaction.
 */
export const usdcDepositShown = z
  .object({
    ...{ chain: z.int(), chain_name: z.string(), halted: z.string().nullable() },
    ...{ account_id: z.string().nullable(), amount: usd.nullable(), tx_hash: z.string().nullable() },
    ...{ state: z.enum(['pending', 'early', 'unclaimed', 'problem']), problem: z.string().nullable() },
    confirmations: z.object({ seen: z.int(), needed: z.int() }).nullable(),
    seen_at: time,
  })
  .openapi('UsdcDepositWaiting')

/** Deposits that wait. */
export const usdcDepositList = z.object({ data: z.array(usdcDepositShown) })

/** A chain in a path, by its number. */
export const usdcChainParameter = z.object({ chain: z.string().regex(/^\d{1,16}$/) })

/** From where a chain is read again: the first block, or as far back as a reorganisation goes when it is left out. */
export const usdcResumption = z.strictObject({ first_block: z.int().min(0).optional() })

/** Where a chain is read on from. */
export const usdcResumed = z.object({ id: z.int(), next_block: z.int(), final_block: z.int() }).openapi('UsdcResumption')
