/** SEC-02: what is put into requests and replies to become part of a statement; it changes no database but that of its own world. */
export { injections } from './injections.ts'
