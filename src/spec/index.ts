/**
 * Words and shapes shared by all folders; knows no I/O.
 *
 * Glossary, one word per concept:
 * - account: a customer with a balance. key: a secret that calls models for one account. caller: key + account + limits of a call.
 * - person: somebody who signs in, a member of accounts in a role. session: a browser that is signed in; a realtime session is a connection.
 * - model: what customers name in a call. upstream: a place that answers. route: one upstream's way to serve one model.
 * - catalogue: upstreams, models, routes and prices that hold now. price version: an immutable price with the time from which it holds.
 * - price: rate cards, each for a service tier and for prompts above a length. rates: what each class of usage costs. multiplier: what a
 *   customer pays of the price, his plan's times his account's. upstream cost: what the upstream asks of the house for the call.
 * - call: one request of a customer to a model. hold: the upper bound of its price, set aside before any upstream is called.
 * - slice: money that one node set aside from an account, out of which holds are cut. settle: charge the real price, free the rest.
 * - void: free a hold and charge nothing. usage: tokens by class. outcome: how a call ended. shortfall: cost above the hold, the house's.
 * - transfer: an immutable movement between two ledger accounts. balance: what an account has, available and held. debt: what it owes.
 * - reclaim: ask other nodes for what they have idle of an account. freeze: serve an account no more, until a thaw, as its books do not agree.
 * - epoch: the number of a node's control process; only the last can commit. estate: what a node left behind that died for good.
 * - limit: what may be spent in a window, a fixed span of UTC. cap: one that bounds calls which the balance pays. budget: one that pays itself. cover:
 *   pay for a call instead of the balance. subject: the key, group or subscription that a limit is of.
 * - commit: one write of a node's settlements. batch: commits signed together. receipt: what proves a call's cost. day root: what proves batches.
 * - plan: terms that accounts can be on. subscription: a plan or a seat that an account bought for a period. period: what one payment of it is for.
 * - pool: models that are served to seats. block: hours of each day that a seat serves in. seat: a place in a pool, in one block. line: who waits for one.
 * - refund: money of a payment that goes back to whoever paid. wish: one that a customer asked for and a person decides on.
 * - letter: what the house writes to a person, critical or about a topic that can be refused. event: what happened to an account and is told of.
 *   webhook: an address that events are sent to. delivery: one event for one webhook. announcement: what the house tells everybody.
 * - gateway: the process that sees content. control: the process that writes. supervisor: the parent of both. node: one installation of them.
 */
export * from './billing-rules.ts'
export * from './call-limits.ts'
export * from './catalog.ts'
export * from './class-names.ts'
export * from './hold-times.ts'
export * from './job-report.ts'
export * from './key-format.ts'
export * from './key-places.ts'
export * from './key-stops.ts'
export * from './language.ts'
export * from './mailer.ts'
export * from './multiplier.ts'
export * from './pauses.ts'
export * from './pay-statuses.ts'
export * from './payment-failures.ts'
export * from './plan-kinds.ts'
export * from './price.ts'
export * from './problem.ts'
export * from './process-messages.ts'
export * from './rail-report.ts'
export * from './route-health.ts'
export * from './route-rules.ts'
export * from './second-factor-reasons.ts'
export * from './service-account.ts'
export * from './spend-window.ts'
export * from './suspensions.ts'
export * from './time-block.ts'

export * from './told-text.ts'

export * from './tool-settings.ts'

export * from './topics.ts'
export * from './transfer-kinds.ts'
export * from './usage.ts'
export * from './usage-retention.ts'
export * from './written-price.ts'
