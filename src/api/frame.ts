import type { Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type Failure, fail, failure } from '../failures.ts'
import { errorCode, type Ids, type Log, retryHeaders } from '../lib/index.ts'
import { KEY_PREFIX, languageOf } from '../spec/index.ts'
import type { ApiEnv } from './dependencies.ts'
import { failureOf } from './failure-of.ts'
import { failureIn } from './failure-words/index.ts'

const SECRET_PARAMETERS = ['key', 'api_key', 'apikey', 'api-key', 'access_token', 'token'] as const

/** What frames every answer of an interface; `encodeError` gives failures their shape. */
export type Frame = {
  readonly ids: Ids
  readonly log: Log
  /** The path that was asked for tells its shape, where there is more than one. */
  readonly encodeError: (failure: Failure, path: string) => object
}

/** Puts the frame around all routes: request id, headers, no keys in addresses, failures in shape, 404 and 405. To be called first. */
export function frameApp(app: Hono<ApiEnv>, frame: Frame): void {
  app.use(async (c, next) => {
    c.set('requestId', frame.ids.uuid())
    c.header('x-request-id', c.get('requestId'))
    c.header('cache-control', 'no-store')
    c.header('x-content-type-options', 'nosniff')
    c.header('referrer-policy', 'no-referrer')
    refuseKeyInUrl(c)
    // No text that is kept can hold one, so that it is nobody's name.
    if (/%00/.test(c.req.url)) fail('invalid_field', { field: 'address', expected: 'an address without %00' })
    await next()
  })
  app.onError((thrown, c) => {
    const told = failureOf(thrown)
    if (told.status >= 500) frame.log({ event: 'api-failed', request: c.get('requestId'), code: told.code, cause: errorCode(thrown) })
    return answerFailure(c, told, frame)
  })
  // Routes come after the frame, so their table is made when it is first asked for.
  let routes: readonly RoutePattern[] | undefined
  app.notFound((c) => {
    routes ??= routePatterns(app)
    const allowed = allowedMethods(routes, c.req.path)
    if (allowed === '') return answerFailure(c, failure('not_found'), frame)
    c.header('allow', allowed)
    return answerFailure(c, failure('method_not_allowed', { allowed }), frame)
  })
}

function refuseKeyInUrl(c: Context): void {
  const query = new URL(c.req.url).searchParams
  if (SECRET_PARAMETERS.some((name) => query.has(name)) || c.req.url.includes(KEY_PREFIX)) fail('key_in_url')
}

function answerFailure(c: Context, told: Failure, frame: Frame): Response {
  if (told.status === 401) c.header('www-authenticate', 'Bearer')
  const retry = retryHeaders(told)
  for (let at = 0; at < retry.length; at += 2) c.header(String(retry[at]), retry[at + 1])
  const said = failureIn(told, languageOf(c.req.header('accept-language')))
  return c.json(frame.encodeError(said, c.req.path), told.status as ContentfulStatusCode)
}

/** The methods that some route takes at this path, as an Allow header lists them; empty when there is nothing at it. */
function allowedMethods(routes: readonly RoutePattern[], path: string): string {
  const methods = new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))
  if (methods.has('GET')) methods.add('HEAD')
  return [...methods].sort().join(', ')
}

type RoutePattern = { readonly method: string; readonly pattern: RegExp }

const routePatterns = (app: Hono<ApiEnv>): readonly RoutePattern[] =>
  app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => ({ method, pattern: patternOf(path) }))

const patternOf = (routePath: string): RegExp =>
  new RegExp(
    `^${routePath
      .replace(/[.]/g, '\\.')
      .replace(/:\w+\{\\\.\+\}/g, '.+')
      .replace(/:\w+/g, '[^/]+')}$`,
  )
