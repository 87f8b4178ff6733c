/** What is kept of people and how it is kept unreadable: inventory of columns, sealing of secrets, keys of persons, the policy; never sees a prompt or an answer. */
export * from './declared.ts'
export { SealError } from './envelope.ts'
export * from './inventory.ts'
export * from './policy/index.ts'
export { PURPOSES, type Purpose } from './purposes.ts'
export * from './rights/index.ts'
export { type Keyring, keyringOf, openKeyring } from './seal.ts'
export * from './subject-keys/index.ts'
