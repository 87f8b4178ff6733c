/** Realtime sessions over WebSocket: passes events between a client and an upstream, bills each answer; never keeps what is said. */
export { acceptSession, type Upgrade } from './accept-session.ts'
export { SessionBook } from './session-book.ts'
