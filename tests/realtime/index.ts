/** What tests of realtime sessions share: a client that keeps what it was sent. Never opens a session by itself. */
export { type Opened, openRealtime, QUIET, type RealtimeClient, said, sound, textOf } from './client.ts'
