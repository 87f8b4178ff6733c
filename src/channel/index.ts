/**
 * The control channel: what gateway and control may say to each other, and both ends' framing. From a gateway only numbers, ids and
 * hashes can cross; there is no text type.
 */
export * from './codec.ts'
export { SIZES } from './fields.ts'
export * from './kept-messages.ts'
export * from './link.ts'
export * from './messages.ts'
export { SPELLED_CONTROL, SPELLED_GATEWAY } from './spelled/index.ts'
