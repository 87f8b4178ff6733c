import type { IncomingMessage } from 'node:http'
import { fail } from '../failures.ts'

/**
 * Step 2, first half: the whole body of a request, at most `bytesMax`.
 * Fails with body_too_large, body_encoded, body_not_json; rejects when the client leaves.
 */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const { 'content-encoding': encoding, 'content-type': type, 'content-length': length } = request.headers
  if (encoding !== undefined && encoding !== 'identity') fail('body_encoded')
  if (type !== undefined && !/^application\/([\w.+-]+\+)?json\b/i.test(type)) fail('body_not_json')
  if (length !== undefined && Number(length) > bytesMax) fail('body_too_large', { limit: bytesMax })
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > bytesMax) fail('body_too_large', { limit: bytesMax })
    parts.push(part)
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, size)
}
