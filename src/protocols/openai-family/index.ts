/** What OpenAI's protocols have in common on the wire: errors, limits, models, tiers, pictures, usage; never calls anyone and keeps no content. */

export { LIFETIME_FIELD, LIFETIME_MARKS, LifetimeTeller } from './cache-lifetime.ts'
export { addressKind } from './data-urls.ts'
export { encodeError } from './errors.ts'
export { limitHeaders } from './limit-headers.ts'
export { presentModels } from './models.ts'
export { outputClassesOf } from './output-classes.ts'
export { pictureAddress } from './picture-address.ts'
export { type Picture, pictureTokensMax } from './picture-bound.ts'
export { type SearchField, searchAsked } from './search-fields.ts'
export { ASKED_TIERS, TOLD_TIERS, tierEdits } from './service-tiers.ts'
export { OpenaiUsage, replyUsage } from './usage.ts'
export { usageEdit } from './usage-edit.ts'
