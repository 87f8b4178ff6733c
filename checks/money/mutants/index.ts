/** MON-01m: defects are built into copies of the money, and each has to be found by a test or check that is named for it. */
import type { CheckContext, Measured } from '../../harness/index.ts'
import { findMutants, type Mutant } from '../../mutants/index.ts'
import { BOOK_MUTANTS } from './books.ts'
import { DEPOSIT_MUTANTS } from './deposits.ts'
import { PLAN_MUTANTS } from './plans.ts'
import { PRICE_MUTANTS } from './prices.ts'
import { STRIPE_MUTANTS } from './stripe.ts'

/** Every mutant. */
export const MONEY_MUTANTS: readonly Mutant[] = [...PRICE_MUTANTS, ...BOOK_MUTANTS, ...DEPOSIT_MUTANTS, ...PLAN_MUTANTS, ...STRIPE_MUTANTS]

/** MON-01m: of all mutants, or of as many as are asked for, drawn by the seed, each is caught; the tree as it is, is not. */
export const moneyMutants = (context: CheckContext): Promise<Measured> => findMutants(context, MONEY_MUTANTS)
