/** The process that sees content: takes calls, holds, forwards, relays, settles. Never writes a file, a row or a sentence. */
export { boundsOf, type CallBounds } from './route.ts'
export { type RunningGateway, startGateway } from './start-gateway.ts'
