/** SEC-19: which checks answer the ten risks of the OWASP list, and how they ended. */
export { owaspMap } from './owasp.ts'
export { RISKS, type Risk } from './risks.ts'
