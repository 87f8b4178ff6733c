/** OpenAI's realtime sessions: what of their events tells who pays for what; never calls anyone and keeps no content. */
export { type ClientEvent, readClientEvent } from './client-event.ts'
export { keyOfProtocols, SESSION_PROTOCOL } from './handshake.ts'
export { type Made, madeOf, NOTHING_MADE } from './made.ts'
export { responseCall, transcriptCall } from './part-calls.ts'
export { REALTIME_PATHS } from './paths.ts'
export { readServerEvent, type ServerEvent } from './server-event.ts'
export { errorEvent, limitsEvent } from './told-events.ts'
export { responseUsage, type ToldUsage, transcriptUsage } from './usage.ts'
