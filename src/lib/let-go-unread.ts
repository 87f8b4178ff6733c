import type { IncomingMessage, ServerResponse } from 'node:http'
import { letGo } from './growing-bytes.ts'

/**
 * Gives back at once what still comes of a body after its answer has gone out, as it is read by nobody: V8 would let some 64 MB of it lie before it looks.
 * To be called before the answer is.
 */
export function letGoUnread(request: IncomingMessage, response: ServerResponse): void {
  // Before Node does, which drops what comes without telling of it unless somebody has begun to read.
  response.prependOnceListener('finish', () => {
    if (request.complete) return
    request.on('data', letGo)
    request.read(0)
  })
}
