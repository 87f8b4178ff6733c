import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { closeServer, listenOn, readBody } from '../exchange.ts'
import { type FormValue, readForm } from './form.ts'
import { type StripeAccount, StripeRefusal } from './objects.ts'
import { ROUTES } from './routes.ts'

/** What goes wrong with one request: before anything is done, or after it was done; or what is answered instead of doing it. */
export type StripeFault = 'error-before' | 'reset-before' | 'reset-after' | 'error-after' | 'unauthorized' | 'forbidden' | 'not-found'

/** A request as it came, without what it said. */
export type StripeCall = {
  readonly method: string
  readonly path: string
  readonly idempotencyKey: string | undefined
  readonly status: number
}

/** A running server; `calls` are those that came, `faultOf` says what goes wrong with one. */
export type StripeServer = {
  readonly port: number
  readonly calls: StripeCall[]
  faultOf: (call: { readonly method: string; readonly path: string }) => StripeFault | undefined
  readonly close: () => Promise<void>
}

const BODY_MAX = 1024 * 1024
const KEPT_SECONDS = 86_400

/** Serves an account's API to who has its secret key, each POST of one Idempotency-Key once. Source: docs.stripe.com/api/idempotent_requests (2026-11-26). */
export async function serveStripe(account: StripeAccount, secretKey: string): Promise<StripeServer> {
  const kept = new Map<string, Kept>()
  const server = createServer((request, response) => void answer(request, response))
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://stripe')
    const [method, path] = [request.method ?? 'GET', url.pathname]
    const body = (await readBody(request, BODY_MAX))?.toString() ?? ''
    const fault = running.faultOf({ method, path })
    const instead = fault && INSTEAD[fault]
    const idempotencyKey = request.headers['idempotency-key']?.toString()
    const told = (status: number, json: object): void => {
      running.calls.push({ method, path, idempotencyKey, status })
      if (fault?.startsWith('reset') === true) request.socket.destroy()
      else send(response, fault === undefined ? { status, json } : (instead ?? BROKEN))
    }
    if (instead !== undefined) return told(instead.status, instead.json)
    if (fault?.endsWith('before') === true) return told(500, {})
    if (request.headers.authorization !== `Bearer ${secretKey}`) return told(NO_KEY.status, NO_KEY.json)
    const form = readForm(method === 'GET' ? url.search.slice(1) : body)
    const asked = { method, path, form, hash: createHash('sha256').update(`${method} ${path} ${body}`).digest('hex') }
    const { status, json } =
      method === 'POST' && idempotencyKey !== undefined ? once(account, kept, { ...asked, idempotencyKey }) : ask(account, asked)
    told(status, json)
  }
  const port = await listenOn(server, { host: '127.0.0.1', port: 0 })
  const running: StripeServer = { port, calls: [], faultOf: () => undefined, close: () => closeServer(server) }
  return running
}

type Told = { readonly status: number; readonly json: object }
type Kept = Told & { readonly hash: string; readonly until: number }
type Request = { readonly method: string; readonly path: string; readonly form: FormValue; readonly hash: string }

/** Source: docs.stripe.com/api/errors (2026-11-30). */
const refused = (status: number, code?: string): Told => ({
  status,
  json: { error: { type: 'invalid_request_error', message: `refused: ${status}`, ...(code === undefined ? {} : { code }) } },
})
const NO_KEY = refused(401)
const INSTEAD: Partial<Readonly<Record<StripeFault, Told>>> = {
  ...{ unauthorized: NO_KEY, forbidden: refused(403), 'not-found': refused(404, 'resource_missing') },
}
const BROKEN: Told = { status: 500, json: { error: { type: 'api_error', message: 'Something went wrong on our end.' } } }

function once(account: StripeAccount, kept: Map<string, Kept>, asked: Request & { readonly idempotencyKey: string }): Told {
  const now = account.now() / 1000
  const known = kept.get(asked.idempotencyKey)
  if (known !== undefined && known.until > now) {
    if (known.hash === asked.hash) return known
    return { status: 400, json: { error: { type: 'idempotency_error', message: 'This key was used with other parameters.' } } }
  }
  const told = ask(account, asked)
  // What did not begin is not kept: a request that was refused for its parameters can be sent anew.
  if (told.status !== 400 && told.status !== 404) {
    kept.set(asked.idempotencyKey, { ...told, json: structuredClone(told.json), hash: asked.hash, until: now + KEPT_SECONDS })
  }
  return told
}

function ask(account: StripeAccount, { method, path, form }: Request): Told {
  for (const [wanted, pattern, answer] of ROUTES) {
    const match = wanted === method ? pattern.exec(path) : null
    if (match === null) continue
    try {
      return { status: 200, json: structuredClone(answer(account, { id: match[1] ?? '', form })) }
    } catch (thrown) {
      if (thrown instanceof StripeRefusal) return { status: thrown.status, json: thrown.body }
      throw thrown
    }
  }
  return { status: 404, json: { error: { type: 'invalid_request_error', message: `Unrecognized request URL (${method}: ${path}).` } } }
}

function send(response: ServerResponse, { status, json }: Told): void {
  const body = JSON.stringify(json)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'request-id': 'req_sim' })
  response.end(body)
}
