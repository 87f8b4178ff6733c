/** Checks of what takes cards: events in any order, forged ones, and what is answered; never talks to Stripe. */
export { processorBinding } from './binding.ts'
export { handlerContract } from './contract.ts'
export { webhookHistories } from './histories.ts'
