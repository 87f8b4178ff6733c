/** Checks of money: what calls cost and who is charged; they change no money but that of a world of their own. */
export { aborts } from './aborts.ts'
export { dailyClose } from './daily-close.ts'
export { noFreePath } from './no-free-path.ts'
export { oneSettlement } from './one-settlement.ts'
export { parallelSpends } from './parallel-spends.ts'
export { receipts } from './receipts.ts'
export { reconciledMonth } from './reconciled-month.ts'
export { usageObjects } from './usage-objects.ts'
