import { isUtf8 } from 'node:buffer'
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { fail } from '../failures.ts'
import type { ApiEnv } from './dependencies.ts'

const BODY_BYTES_MAX = 1_048_576

/** Lets requests with the operator token pass, compared in constant time. Fails with operator_token_invalid. */
export const requireOperatorToken =
  (tokenHash: Buffer): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const token = /^bearer +(\S{1,512}) *$/i.exec(c.req.header('authorization') ?? '')?.[1]
    if (token === undefined || !timingSafeEqual(createHash('sha256').update(token).digest(), tokenHash)) fail('operator_token_invalid')
    await next()
  }

/** Lets bodies pass that are JSON of at most 1 MiB, or empty. Fails with body_encoded, body_not_json, body_too_large, invalid_json. */
export const requireJsonBody = (): MiddlewareHandler<ApiEnv> => async (c, next) => {
  const hasBody = c.req.raw.body !== null && c.req.method !== 'GET' && c.req.method !== 'HEAD'
  if (hasBody) await readBody(c)
  await next()
}

async function readBody(c: Context<ApiEnv>): Promise<void> {
  if (c.req.header('content-encoding') !== undefined) fail('body_encoded')
  if (Number(c.req.header('content-length') ?? 0) > BODY_BYTES_MAX) fail('body_too_large', { limit: BODY_BYTES_MAX })
  const body = await collectBody(c)
  // Validators and the idempotency hash read the body again, and a stream can be read only once.
  c.req.raw = new Request(c.req.raw, { body })
  if (body.byteLength === 0) return
  if (!/^application\/json(?:;|$)/i.test(c.req.header('content-type') ?? '')) fail('body_not_json')
  if (!isUtf8(body) || !isJson(body.toString())) fail('invalid_json')
}

/** The bytes of a body of at most 1 MiB. Fails with body_too_large. */
export async function collectBody(c: Context<ApiEnv>): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength
    if (size > BODY_BYTES_MAX) fail('body_too_large', { limit: BODY_BYTES_MAX })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
