/** Money of payments in coins that goes back to whoever paid: reserved, sent by the operator or a BTCPay Server, and booked when it is there; holds no private key. */
export type { AddressSaid } from './address.ts'
export { isRefundRail, type RailRefundRequest } from './ask-refund.ts'
export { refundReaders } from './cell-readers.ts'
export { openRefundDesk, type RefundDesk, type ShownRefund, type ToSend } from './desk.ts'
export type { RefundChain, RefundParts } from './parts.ts'
export { REFUND_DATA } from './personal-data.ts'
export { ADDRESS_PROOFS, type AddressProof, RAIL_REFUND_STATES, type RailRefund, type RailRefundState } from './refund.ts'
export { needsAddress } from './screen.ts'
