import { generateKeyPairSync, type JsonWebKey, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { makeAuthority, readSigningRequest, type SimAuthority, type SimLife } from './authority.ts'
import { fetchAnswer } from './look.ts'
import { readSignedBody, type SignedBody, thumbprintOf } from './signed-body.ts'

/** How an authority behaves; each fault as often or as long as it says. */
export type AcmeManner = {
  /** So many good nonces are called bad. */
  badNonces?: number
  /** New orders are refused for so many seconds, which it says. */
  rateLimitedSeconds?: number
  /** What is finalized becomes invalid, with this type of a problem. */
  invalidBy?: string
  /** So many times an order is asked for before it is through. */
  slowPolls?: number
  /** It answers 500 with a page that is no JSON. */
  isDown?: boolean
  offersHttp01?: boolean
  /** Certificates are of another key than was asked for. */
  isOfAnotherKey?: boolean
  /** From when to when its certificates hold, from now on, in milliseconds. */
  life?: SimLife
  /** When certificates are to be renewed, from now on, in milliseconds; it says nothing of it where left out. */
  renewIn?: SimLife
}

/** A running authority. */
export type SimAcme = {
  readonly directory: string
  /** Its own certificate, in PEM: who trusts it trusts what it gives out. */
  readonly ca: string
  manner: AcmeManner
  /** What was done, in order: new-account, new-order, looked, finalized, issued, renewal-info. */
  readonly done: readonly string[]
  /** Contacts of accounts, and what orders say they replace. */
  readonly told: { readonly contacts: readonly string[]; readonly replaced: readonly string[] }
  readonly stop: () => Promise<void>
}

/** Where names are looked at, as they lead nowhere here. */
export type SimAcmeOptions = { readonly challengePort: number }

type Account = { readonly jwk: JsonWebKey }
type Order = {
  readonly names: readonly string[]
  readonly account: string
  readonly tokens: ReadonlyMap<string, string>
  readonly valid: Set<string>
  readonly failed: Map<string, string>
  state: 'open' | 'processing' | 'valid' | 'invalid'
  polls: number
  certificate: string | undefined
}
type Reply = { readonly status: number; readonly body: object | string | undefined; readonly headers?: Record<string, string> }

const DAY_MS = 86_400_000
const LIFE: SimLife = { from: -3_600_000, until: 90 * DAY_MS }
const problem = (status: number, type: string, headers: Record<string, string> = {}): Reply => ({
  ...{ status, headers },
  body: { type: `urn:ietf:params:acme:error:${type}`, detail: 'a sentence of the authority' },
})

/** Starts an authority on 127.0.0.1. */
export async function startSimAcme({ challengePort }: SimAcmeOptions): Promise<SimAcme> {
  const authority = makeAuthority('Farebox test authority')
  const desk = new AcmeDesk(authority, challengePort)
  const server = createServer(certificateOf(authority), (request, response) => void serve(desk, request, response))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  desk.base = `https://localhost:${(server.address() as AddressInfo).port}`
  return {
    ...{ directory: `${desk.base}/directory`, ca: authority.cert, done: desk.done, told: desk },
    get manner() {
      return desk.manner
    },
    set manner(manner) {
      desk.manner = manner
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function certificateOf(authority: SimAuthority): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const publicKeyInfo = publicKey.export({ type: 'spki', format: 'der' })
  const cert = authority.issue({ names: ['localhost'], publicKeyInfo }, { from: Date.now() - DAY_MS, until: Date.now() + DAY_MS })
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert }
}

async function serve(desk: AcmeDesk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = ''
  for await (const piece of request) text += String(piece)
  const { status, body, headers = {} } = await desk.answer({ method: request.method ?? '', path: request.url ?? '/', text })
  const isText = typeof body === 'string'
  response.writeHead(status, {
    ...{ 'replay-nonce': desk.newNonce(), 'content-type': isText ? 'application/pem-certificate-chain' : 'application/json', ...headers },
  })
  response.end(isText ? body : JSON.stringify(body))
}

type Asked = { readonly method: string; readonly path: string; readonly text: string }

/** What the authority knows: accounts, orders, nonces that nobody used yet. */
class AcmeDesk {
  base = ''
  manner: AcmeManner = {}
  readonly done: string[] = []
  readonly contacts: string[] = []
  readonly replaced: string[] = []
  readonly #authority: SimAuthority
  readonly #challengePort: number
  readonly #nonces = new Set<string>()
  readonly #accounts = new Map<string, Account>()
  readonly #orders = new Map<string, Order>()

  constructor(authority: SimAuthority, challengePort: number) {
    this.#authority = authority
    this.#challengePort = challengePort
  }

  newNonce(): string {
    const nonce = randomUUID()
    this.#nonces.add(nonce)
    return nonce
  }

  async answer({ method, path, text }: Asked): Promise<Reply> {
    if (this.manner.isDown === true) return { status: 500, body: '<html>' }
    if (path === '/directory') return { status: 200, body: this.#directory() }
    if (path === '/new-nonce') return { status: method === 'HEAD' ? 200 : 204, body: undefined }
    if (path.startsWith('/renewal-info/')) return this.#renewalInfo(path.slice('/renewal-info/'.length))
    if (method !== 'POST') return problem(405, 'malformed')
    const signed = readSignedBody(text)
    if (signed === undefined || signed.url !== `${this.base}${path}`) return problem(400, 'malformed')
    if (!this.#nonces.delete(signed.nonce) || this.#takeFault()) return problem(400, 'badNonce')
    const jwk = signed.jwk ?? this.#accounts.get(signed.kid ?? '')?.jwk
    if (jwk === undefined) return problem(400, 'accountDoesNotExist')
    if (!signed.isSignedBy(jwk)) return problem(401, 'unauthorized')
    if (path === '/new-account') return this.#newAccount(signed, jwk)
    if (signed.kid === undefined) return problem(400, 'malformed')
    if (path === '/new-order') return this.#newOrder(signed, signed.kid)
    return await this.#atOrder(path, signed, jwk)
  }

  #directory(): object {
    const of = (name: string): string => `${this.base}/${name}`
    const renewal = this.manner.renewIn === undefined ? {} : { renewalInfo: of('renewal-info') }
    return { newNonce: of('new-nonce'), newAccount: of('new-account'), newOrder: of('new-order'), ...renewal }
  }

  #takeFault(): boolean {
    const left = this.manner.badNonces ?? 0
    if (left > 0) this.manner = { ...this.manner, badNonces: left - 1 }
    return left > 0
  }

  #renewalInfo(id: string): Reply {
    const { renewIn } = this.manner
    if (renewIn === undefined || id.split('.')[0] !== this.#authority.keyId) return problem(404, 'malformed')
    this.done.push('renewal-info')
    const [start, end] = [renewIn.from, renewIn.until].map((millis) => new Date(Date.now() + millis).toISOString())
    return { status: 200, body: { suggestedWindow: { start, end } }, headers: { 'retry-after': '21600' } }
  }

  #newAccount({ payload }: SignedBody, jwk: JsonWebKey): Reply {
    if (payload?.['termsOfServiceAgreed'] !== true) return problem(403, 'userActionRequired')
    this.done.push('new-account')
    const location = `${this.base}/account/${thumbprintOf(jwk)}`
    const status = this.#accounts.has(location) ? 200 : 201
    this.#accounts.set(location, { jwk })
    this.contacts.push(...((payload['contact'] ?? []) as string[]))
    return { status, body: { status: 'valid' }, headers: { location } }
  }

  #newOrder({ payload }: SignedBody, account: string): Reply {
    const { rateLimitedSeconds } = this.manner
    if (rateLimitedSeconds !== undefined) return problem(429, 'rateLimited', { 'retry-after': String(rateLimitedSeconds) })
    const { replaces } = payload ?? {}
    if (typeof replaces === 'string' && this.replaced.includes(replaces)) return problem(409, 'alreadyReplaced')
    this.done.push('new-order')
    if (typeof replaces === 'string') this.replaced.push(replaces)
    const identifiers = (payload?.['identifiers'] ?? []) as readonly { readonly value: string }[]
    const names = identifiers.map(({ value }) => value)
    const id = randomUUID()
    const tokens = new Map(names.map((name) => [name, randomUUID().replaceAll('-', '')]))
    const open = { state: 'open', polls: 0, certificate: undefined, valid: new Set<string>(), failed: new Map<string, string>() } as const
    const order: Order = { names, account, tokens, ...open }
    this.#orders.set(id, order)
    return { status: 201, body: this.#shown(id, order), headers: { location: `${this.base}/order/${id}` } }
  }

  async #atOrder(path: string, signed: SignedBody, jwk: JsonWebKey): Promise<Reply> {
    const [, noun = '', id = '', name = ''] = path.split('/')
    const order = this.#orders.get(id)
    if (order === undefined) return problem(404, 'malformed')
    if (order.account !== signed.kid) return problem(403, 'unauthorized')
    if (noun === 'order') return { status: 200, body: this.#shown(id, this.#proceed(order)), headers: { 'retry-after': '0' } }
    if (noun === 'authorization') return { status: 200, body: this.#authorization(id, order, name), headers: { 'retry-after': '0' } }
    if (noun === 'challenge') return await this.#look({ order, name, jwk })
    if (noun === 'finalize') return this.#finalize(id, order, signed)
    if (noun === 'certificate' && order.certificate !== undefined) return { status: 200, body: order.certificate }
    return problem(404, 'malformed')
  }

  #shown(id: string, order: Order): object {
    const isReady = order.names.every((name) => order.valid.has(name))
    const status = order.failed.size > 0 ? 'invalid' : order.state === 'open' ? (isReady ? 'ready' : 'pending') : order.state
    return {
      ...{ status, finalize: `${this.base}/finalize/${id}` },
      authorizations: order.names.map((name) => `${this.base}/authorization/${id}/${name}`),
      ...(order.state !== 'valid' ? {} : { certificate: `${this.base}/certificate/${id}` }),
      ...(status === 'invalid' ? { error: { type: `urn:ietf:params:acme:error:${this.manner.invalidBy}` } } : {}),
    }
  }

  #authorization(id: string, order: Order, name: string): object {
    const failed = order.failed.get(name)
    const status = failed !== undefined ? 'invalid' : order.valid.has(name) ? 'valid' : 'pending'
    const challenge = { url: `${this.base}/challenge/${id}/${name}`, token: order.tokens.get(name), status }
    const type = this.manner.offersHttp01 === false ? 'dns-01' : 'http-01'
    const error = failed === undefined ? {} : { error: { type: `urn:ietf:params:acme:error:${failed}` } }
    return { status, identifier: { type: 'dns', value: name }, challenges: [{ type: 'dns-01' }, { ...challenge, type, ...error }] }
  }

  async #look({ order, name, jwk }: { readonly order: Order; readonly name: string; readonly jwk: JsonWebKey }): Promise<Reply> {
    const token = order.tokens.get(name) ?? ''
    const answer = await fetchAnswer({ port: this.#challengePort, name, token })
    this.done.push('looked')
    if (answer === undefined) order.failed.set(name, 'connection')
    else if (answer.trim() !== `${token}.${thumbprintOf(jwk)}`) order.failed.set(name, 'unauthorized')
    else order.valid.add(name)
    return { status: 200, body: { status: 'processing' } }
  }

  #finalize(id: string, order: Order, { payload }: SignedBody): Reply {
    const request = readSigningRequest(Buffer.from(String(payload?.['csr']), 'base64url'))
    if (!order.names.every((name) => order.valid.has(name))) return problem(403, 'orderNotReady')
    if (request === undefined || request.names.toSorted().join() !== order.names.toSorted().join()) return problem(400, 'badCSR')
    this.done.push('finalized')
    const { from, until } = this.manner.life ?? LIFE
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' })
    const publicKeyInfo = this.manner.isOfAnotherKey === true ? other : request.publicKeyInfo
    const leaf = this.#authority.issue({ ...request, publicKeyInfo }, { from: Date.now() + from, until: Date.now() + until })
    order.certificate = `${leaf}${this.#authority.cert}`
    order.state = 'processing'
    return { status: 200, body: this.#shown(id, order) }
  }

  /** Goes on with an order that is worked at. */
  #proceed(order: Order): Order {
    if (order.state !== 'processing') return order
    order.polls += 1
    if (this.manner.invalidBy !== undefined) order.state = 'invalid'
    else if (order.polls > (this.manner.slowPolls ?? 0)) {
      order.state = 'valid'
      this.done.push('issued')
    }
    return order
  }
}
