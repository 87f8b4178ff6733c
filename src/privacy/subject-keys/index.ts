/** Keys of persons and of days, kept outside the database, so that destroying one makes all copies of what it sealed unreadable; never holds what is sealed. */

export { addErasures } from './add-erasures.ts'
export { openDayKeyFolder } from './day-key-folder.ts'
export { type IpTags, makeIpTags } from './ip-tag.ts'
export { hasSameMasters, ofKeysUrl, openKeyDatabase } from './key-database.ts'
export { openKeyFolder } from './key-folder.ts'
export { type KeyVault, openKeyVault, type VaultOptions } from './open-key-vault.ts'
export { ERASURE_DATA, KEY_DATABASE_DATA } from './personal-data.ts'
export { SubjectKeyError } from './subject-key-error.ts'
export { SUBJECT_SEALED, type SubjectKeys } from './subject-keys.ts'
export { TombstoneFileError, tombstoneFile } from './tombstone-file.ts'
export { vaultProblems } from './vault-problems.ts'
