/** SEC-14: what an installed server shows to whoever comes by; it looks at processes of its own world and at nothing else. */
export { exposure } from './exposure.ts'
