import { FailureError, fail, failure } from '../failures.ts'
import type { CallRequest } from './call-request.ts'
import { ClientGone } from './client-gone.ts'

/**
 * Step 2, first half: the whole body of a request, at most `bytesMax`.
 * Fails with body_too_large, body_encoded, body_not_json; throws ClientGone.
 */
export async function readBody(request: CallRequest, bytesMax: number): Promise<Buffer> {
  const { 'content-encoding': encoding, 'content-type': type, 'content-length': length } = request.headers
  if (encoding !== undefined && encoding !== 'identity') fail('body_encoded')
  if (type !== undefined && !/^application\/([\w.+-]+\+)?json\b/i.test(type)) fail('body_not_json')
  if (length !== undefined && Number(length) > bytesMax) fail('body_too_large', { limit: bytesMax })
  if (request.destroyed) throw new ClientGone()
  const parts = request.whole === undefined ? await collect(request, bytesMax) : [request.whole]
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
}

/** The parts of a body as they come; plain listeners, as an iterator costs more than all else here. */
function collect(request: CallRequest, bytesMax: number): Promise<readonly Buffer[]> {
  const parts: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    const onData = (part: Buffer): void => {
      size += part.length
      if (size <= bytesMax) parts.push(part)
      else done(() => reject(new FailureError(failure('body_too_large', { limit: bytesMax }))))
    }
    const onEnd = (): void => done(() => resolve(parts))
    const onGone = (): void => done(() => reject(new ClientGone()))
    const done = (then: () => void): void => {
      request.off('data', onData)
      request.off('end', onEnd)
      request.off('close', onGone)
      then()
    }
    request.on('data', onData)
    request.on('end', onEnd)
    request.on('close', onGone)
    // What is told with an error is told with the close that follows it.
    request.on('error', () => undefined)
  })
}
