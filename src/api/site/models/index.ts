/** The pages of models and prices; never shows what an upstream asks of the house. */

export { modelsPage } from './list-page.ts'
export { modelPage } from './model-page.ts'
export { type Offer, readOffers } from './offer.ts'
export { searchOf } from './search.ts'
export { hasFreeTokens, pieceRates } from './sold-by-piece.ts'
