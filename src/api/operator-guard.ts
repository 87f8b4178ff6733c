import { isUtf8 } from 'node:buffer'
import { setImmediate as turnOfOthers } from 'node:timers/promises'
import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { fail } from '../failures.ts'
import { GrowingBytes, type JsonBounds, passedJsonBound, readJson } from '../lib/index.ts'
import type { Operator, OperatorSession } from '../operators/index.ts'
import type { ApiDependencies, ApiEnv } from './dependencies.ts'
import { operatorCookie } from './operator-cookie.ts'
import { isFreshDoor, requireRight, rightOf } from './operator-doors.ts'
import { requireOperatorOrigin } from './operator-origin.ts'

const BODY_BYTES_MAX = 1_048_576
/** Price lists that others publish are of some megabytes. */
const LIST_BYTES_MAX = 16 * BODY_BYTES_MAX
const LISTS = '/operator/v1/prices/import'
const BOUNDS = { depthMax: 64, partsMax: 50_000 }
const LIST_BOUNDS = { depthMax: 64, partsMax: 1_000_000 }

type Dependencies = Pick<ApiDependencies, 'operators'>

/**
 * Lets operators pass, by a bearer token or by the session of a browser, through the doors that their role opens; notes who it is. Fails with
 * operator_token_invalid, signed_out, origin_refused, operator_role, not_fresh.
 */
export const requireOperator =
  ({ operators }: Dependencies): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const { operator, freshUntil } = await askingOf(c, operators)
    c.set('operator', operator.actor)
    c.set('role', operator.role)
    c.set('isFresh', freshUntil === undefined || operators.isFresh({ freshUntil }))
    const door = matchedRoutes(c).findLast(({ method }) => method !== 'ALL')
    if (door !== undefined) {
      requireRight(operator.role, rightOf(door))
      if (isFreshDoor(door)) requireFreshProof(c)
    }
    await next()
  }

/** Lets those pass who have shown lately who they are; a bearer token does so each time. Fails with not_fresh. */
export function requireFreshProof(c: Context<ApiEnv>): void {
  if (!c.get('isFresh')) fail('not_fresh')
}

/** Who asks; a bearer token shows it each time, so that it is always fresh. */
export type Asking = { readonly operator: Operator; readonly freshUntil: number | undefined }

/** Who asks, by a bearer token, or else by the session of a browser. Fails with operator_token_invalid, signed_out, origin_refused. */
export async function askingOf(c: Context<ApiEnv>, operators: ApiDependencies['operators']): Promise<Asking> {
  const header = c.req.header('authorization')
  if (header === undefined && operatorCookie.read(c) !== undefined) return await requireOperatorSession(c, operators)
  const token = /^bearer +(\S{1,512}) *$/i.exec(header ?? '')?.[1] ?? fail('operator_token_invalid')
  return { operator: (await operators.ofToken(token)) ?? fail('operator_token_invalid'), freshUntil: undefined }
}

/** Whose browser it is, of a page of ours; it keeps the cookie as long as the session is put off. Fails with origin_refused, signed_out. */
export async function requireOperatorSession(c: Context<ApiEnv>, operators: ApiDependencies['operators']): Promise<OperatorSession> {
  requireOperatorOrigin(c, operators.url)
  const token = operatorCookie.read(c)
  const session = (await operators.sessionOf(token)) ?? fail('signed_out')
  if (session.isExtended && token !== undefined) operatorCookie.set(c, token)
  return session
}

/**
 * Lets bodies pass that are JSON of at most 1 MiB, of price lists 16, or empty. Fails with body_encoded, body_not_json, body_too_large, invalid_json,
 * json_too_deep, json_too_many_keys.
 */
export const requireJsonBody = (): MiddlewareHandler<ApiEnv> => async (c, next) => {
  if (hasBody(c)) await readBody(c)
  await next()
}

/** Asks a guard once more where a body came: who sends one slowly may have lost by its end what they had at its beginning. */
export const afterBody =
  (guard: MiddlewareHandler<ApiEnv>): MiddlewareHandler<ApiEnv> =>
  async (c, next) =>
    hasBody(c) ? await guard(c, next) : await next()

const hasBody = (c: Context<ApiEnv>): boolean => c.req.raw.body !== null && c.req.method !== 'GET' && c.req.method !== 'HEAD'

async function readBody(c: Context<ApiEnv>): Promise<void> {
  if (c.req.header('content-encoding') !== undefined) fail('body_encoded')
  const isList = c.req.path === LISTS
  const limit = isList ? LIST_BYTES_MAX : BODY_BYTES_MAX
  if (Number(c.req.header('content-length') ?? 0) > limit) fail('body_too_large', { limit })
  const body = await collectBody(c, limit)
  // Validators and the idempotency hash read the body again, and a stream can be read only once; what came over a socket is no shared memory.
  c.req.raw = new Request(c.req.raw, { body: body as Buffer<ArrayBuffer> })
  if (body.byteLength === 0) return
  if (!/^application\/json(?:;|$)/i.test(c.req.header('content-type') ?? '')) fail('body_not_json')
  checkJsonBounds(body, isList ? LIST_BOUNDS : BOUNDS)
  if (!isUtf8(body) || !isJson(body.toString())) fail('invalid_json')
}

/** What has come already is taken without a pause, which single bytes would make long for all others. */
const PARTS_IN_A_ROW = 64

/** The bytes of a body of at most `limit`, which is 1 MiB. Fails with body_too_large. */
export async function collectBody(c: Context<ApiEnv>, limit = BODY_BYTES_MAX): Promise<Buffer> {
  const body = new GrowingBytes({ ownsParts: true })
  let parts = 0
  for await (const part of c.req.raw.body ?? []) {
    if (body.length + part.byteLength > limit) fail('body_too_large', { limit })
    body.push(Buffer.from(part.buffer, part.byteOffset, part.byteLength))
    parts += 1
    if (parts % PARTS_IN_A_ROW === 0) await turnOfOthers()
  }
  return body.take()
}

/** Fails with json_too_deep, json_too_many_keys. */
function checkJsonBounds(body: Buffer, bounds: JsonBounds): void {
  const passed = passedJsonBound(body, bounds)
  if (passed === 'depth') fail('json_too_deep', { limit: bounds.depthMax })
  if (passed === 'parts') fail('json_too_many_keys', { limit: bounds.partsMax })
}

function isJson(text: string): boolean {
  try {
    readJson(text)
    return true
  } catch {
    return false
  }
}
