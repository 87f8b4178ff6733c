/** Keys that call models for an account: mint, list, revoke, look up. Never stores a key, only its hash. */
export { hashKey, isWellFormedKey, KEY_PREFIX, mintSecret } from '../spec/index.ts'
export { keyReaders } from './cell-readers.ts'
export { changeKey, findOwnKey, type KeyChange, type OwnKey } from './change-key.ts'
export { createKey, type NewKey } from './create-key.ts'
export { findAnyKey, keyHint } from './find-any-key.ts'
export { type FoundKey, findKeyByHash, findKeyById, isRevokedKey } from './find-key.ts'
export { findOwnersByHint } from './find-owners.ts'
export { changeIpRanges, IP_RANGES_MAX, rangesOfFound } from './ip-ranges.ts'
export {
  changeGroupCap,
  createKeyGroup,
  isOfEndUser,
  type KeyGroup,
  keysOfEndUser,
  listGroupKeys,
  listKeyGroups,
  type NewKeyGroup,
  putToGroup,
  removeKeyGroup,
} from './key-group.ts'
export { keyMakers } from './key-makers.ts'
export type { ApiKey, NameSealing } from './key-record.ts'
export { findSpending } from './key-spending.ts'
export type { KeySubscription } from './key-subscription.ts'
export { getKey, type KeyPage, listKeys } from './list-keys.ts'
export { type LiveKeys, listLiveKeys } from './list-live-keys.ts'
export {
  createManagementKey,
  findManagementKey,
  listManagementKeys,
  type ManagementKey,
  type NewManagementKey,
  revokeManagementKey,
} from './management-key.ts'
export { findMemberGroup, listMemberCaps, type MemberCap, type MemberOf, revokeMemberKeys, setMemberCap } from './member-group.ts'
export { type PausedKey, pauseKey, resumeKey } from './pause-key.ts'
export { type EndingKeys, endKeysSince, type KeysLeft, type KeysOf, type LeftKeys, listKeysLeft } from './person-keys.ts'
export { KEY_DATA } from './personal-data.ts'
export { type RevokedKey, revokeKey } from './revoke-key.ts'
export { endOldSecret, OVERLAP_HOURS_MAX, type Rotation, rotateKey } from './rotate-key.ts'
export { sealOldNames } from './seal-old-names.ts'
export { type CapChange, changeKeyCap, type SpendCap } from './spend-cap.ts'
export { findStops, type KeyStop, type Stopping, stopKey } from './stop-key.ts'
export { requireTemporaryPlace, TEMPORARY_KEY_CAP, TEMPORARY_KEY_MS, TEMPORARY_KEYS_MAX } from './temporary-key.ts'
