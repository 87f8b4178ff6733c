/** Keys that call models for an account: mint, list, revoke, look up. Never stores a key, only its hash. */
export { hashKey, isWellFormedKey, KEY_PREFIX, mintSecret } from '../spec/index.ts'
export { createKey, type NewKey } from './create-key.ts'
export { type FoundKey, findKeyByHash, findKeyById } from './find-key.ts'
export type { ApiKey } from './key-record.ts'
export { type KeyPage, listKeys } from './list-keys.ts'
export { KEY_DATA } from './personal-data.ts'
export { revokeKey } from './revoke-key.ts'
