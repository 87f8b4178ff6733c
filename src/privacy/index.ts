/** What is kept of people and how it is kept unreadable: inventory of columns, sealing of secrets; never sees a prompt or an answer. */
export * from './inventory.ts'
export { type Keyring, keyringOf, openKeyring, SealError } from './seal.ts'
