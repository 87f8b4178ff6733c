/** Checks of what takes cards: events in any order, forged ones, and what is answered; never talks to Stripe. */
export { processorBinding } from './binding.ts'
export { handlerContract } from './contract.ts'
export { inDisorder, type Manner, type Tally } from './delivery.ts'
export { webhookHistories } from './histories.ts'
export { ask, happen } from './history.ts'
export { type Lane, openLane } from './lane.ts'
export { type Act, drawAct } from './plan.ts'
