import { isUtf8 } from 'node:buffer'
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { fail } from '../failures.ts'
import { findOperator } from '../operators/index.ts'
import type { ApiDependencies, ApiEnv } from './dependencies.ts'

const BODY_BYTES_MAX = 1_048_576

/** Who has the token of the configuration: the owner, and everyone the owner gave it to. */
export const OWNER_ACTOR = 'operator-token'
/** What the tokens of named operators look like; nothing else is looked up. */
const NAMED_TOKEN = /^fbo_[0-9a-f]{64}$/

/**
 * Lets requests with the operator token pass, compared in constant time, and those with the token of a named operator; notes who it is. Fails
 * with operator_token_invalid.
 */
export const requireOperatorToken =
  ({ appDatabase, operatorTokenHash }: Pick<ApiDependencies, 'appDatabase' | 'operatorTokenHash'>): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const token = /^bearer +(\S{1,512}) *$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? fail('operator_token_invalid')
    const isOwner = timingSafeEqual(createHash('sha256').update(token).digest(), operatorTokenHash)
    c.set('operator', isOwner ? OWNER_ACTOR : `operator:${await nameOf(appDatabase, token)}`)
    await next()
  }

const nameOf = async (database: ApiDependencies['appDatabase'], token: string): Promise<string> =>
  (NAMED_TOKEN.test(token) ? await findOperator(database, token) : undefined) ?? fail('operator_token_invalid')

/** Lets the owner alone pass. Fails with owner_only. */
export const requireOwner = (): MiddlewareHandler<ApiEnv> => async (c, next) => {
  if (c.get('operator') !== OWNER_ACTOR) fail('owner_only')
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
