/** SEC-03: texts that are almost a key. */
export { nearKeys } from './near-keys.ts'
