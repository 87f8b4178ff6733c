/** The parent process: starts control and gateways, keeps them running, holds the listening handle. Never sees content or the database. */
export { gatewayPlan } from './gateway-pool.ts'
export { type Ready, type Refusal, type Supervised, supervise } from './supervise.ts'
