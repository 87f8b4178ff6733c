/** SEC-12: what is too much of something, at every listener and from upstreams; it floods no server but one of its own. */
export { linearTime } from './linear-time.ts'
export { resources } from './resources.ts'
