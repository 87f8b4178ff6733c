import type { OwnCall } from '../answers.ts'

/** How a call ended, and what its customer pays for, which docs/billing.md explains. */
export type Outcome = OwnCall['outcome']
export type CustomerPays = 'nothing' | 'prompt' | 'reported' | 'counted' | 'estimated'
