/** Checks of deposits in USDC: against a simulated chain, and where it runs a real EVM; they touch no chain outside. */

export { custody } from './custody.ts'
export { generatedDeposits } from './generated-deposits.ts'
export { lieOf } from './lies.ts'
export { realEvm } from './real-evm.ts'
export { reorgHistories } from './reorg-histories.ts'
export { makeXpub, openUsdcStore, type UsdcStore } from './store.ts'
export { HOUSE_ADDRESS, openUsdcWorld, PAYER, rpcOf, TOKEN, type UsdcWorld, type WorldOptions } from './world.ts'
