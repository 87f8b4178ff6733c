/** SEC-12l: what there are many of, in every protocol, told in every other. */
export { listsInProportion } from './lists-in-proportion.ts'
