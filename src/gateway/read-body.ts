import { fail } from '../failures.ts'
import { GrowingBytes } from '../lib/index.ts'
import type { BodyShare } from './body-budget.ts'
import type { CallRequest } from './call-request.ts'
import { ClientGone } from './client-gone.ts'
import { saidLengthOf } from './said-length.ts'

/** How much a body may be: by itself, and of what there is for all. */
export type BodyBounds = { readonly bytesMax: number; readonly share: Pick<BodyShare, 'take'> }

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\b/i

/**
 * Step 2, first half: the whole body of a request, at most `bytesMax`; at once where it is here already.
 * Fails with body_too_large, body_encoded, body_not_json, unavailable; throws ClientGone.
 */
export function readBody(request: CallRequest, bounds: BodyBounds): Buffer | Promise<Buffer> {
  const { 'content-encoding': encoding, 'content-type': type } = request.headers
  const length = saidLengthOf(request) ?? 0
  if (encoding !== undefined && encoding !== 'identity') fail('body_encoded')
  if (type !== undefined && type !== 'application/json' && !JSON_TYPE.test(type)) fail('body_not_json')
  if (length > bounds.bytesMax) fail('body_too_large', { limit: bounds.bytesMax })
  if (request.destroyed) throw new ClientGone()
  return request.whole ?? collect(request, bounds, length)
}

/** The body as it comes; plain listeners, as an iterator costs more than all else here. */
function collect(request: CallRequest, { bytesMax, share }: BodyBounds, expected: number): Promise<Buffer> {
  const body = new GrowingBytes({ ownsParts: true, expected, before: request.headBytes })
  return new Promise((resolve, reject) => {
    const onData = (part: Buffer): void => {
      try {
        if (body.length + part.length > bytesMax) fail('body_too_large', { limit: bytesMax })
        share.take(part.length)
        body.push(part)
      } catch (thrown) {
        drop(thrown)
      }
    }
    const onEnd = (): void => {
      leave()
      resolve(body.take())
    }
    const onGone = (): void => drop(new ClientGone())
    const drop = (why: unknown): void => {
      leave()
      body.drop()
      reject(why)
    }
    const leave = (): void => {
      request.off('data', onData)
      request.off('end', onEnd)
      request.off('close', onGone)
    }
    request.on('data', onData)
    request.on('end', onEnd)
    request.on('close', onGone)
    // What is told with an error is told with the close that follows it.
    request.on('error', () => undefined)
  })
}
