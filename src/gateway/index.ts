/** The process that sees content: takes calls, holds, forwards, relays, settles. Never writes a file, a row or a sentence. */

export { dialPort, isPublicAddress, type Outside } from '../outbound/index.ts'
export { clientAddressOf, type Origin } from './client-address.ts'
export { type BoundedModel, boundsOf, type CallBounds, forcedBounds } from './route.ts'
export { type RunningGateway, startGateway } from './start-gateway.ts'
export { translateCall } from './translate-call.ts'
