/** SEC-07: guards are taken away one by one from copies of the tree, and the quickest test of each has to see that it is gone. */
import type { CheckContext, Measured } from '../../harness/index.ts'
import { findMutants, type Mutant } from '../../mutants/index.ts'
import { EDGE_GUARDS } from './edge-guards.ts'
import { MONEY_GUARDS } from './money-guards.ts'
import { PEOPLE_GUARDS } from './people-guards.ts'
import { REQUEST_GUARDS } from './request-guards.ts'

/** Every guard, as what takes it away and the test that has to see it. */
export const GUARDS: readonly Mutant[] = [...EDGE_GUARDS, ...PEOPLE_GUARDS, ...MONEY_GUARDS, ...REQUEST_GUARDS]

/** SEC-07: of all guards, or of as many as are asked for, drawn by the seed, none can go without a test that fails. */
export const missingGuards = (context: CheckContext): Promise<Measured> => findMutants(context, GUARDS)
