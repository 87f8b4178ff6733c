/** Money that customers ask back of what they paid: at once where the rules say so, else decided by a person; never more than was paid and is there. */
export { type AskedBack, askBack, type BackAsked } from './ask-back.ts'
export { wishReaders } from './cell-readers.ts'
export { type Acceptance, acceptWish, declineWish, type Refusal, reasonOf } from './decide.ts'
export type { AskBack, WishParts } from './parts.ts'
export { WISH_DATA } from './personal-data.ts'
export { findReturnable, listReturnables, mostOf, type ReturnablePayment, requireReturnable } from './returnable.ts'
export { countWishes, findWish, lastWishesOf, listWishes } from './store.ts'
export { REFUND_WISH_STATES, type RefundWish, type RefundWishState } from './wish.ts'
