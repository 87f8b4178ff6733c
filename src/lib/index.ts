/** Things that know no word of our domain: money as a number type, ids, clock, log, bytes. Never imports another folder. */
export * from './address.ts'
export * from './card-number.ts'
export * from './clock.ts'
export * from './ids.ts'
export * from './log.ts'
export * from './money.ts'
export * from './network.ts'
export * from './random.ts'
