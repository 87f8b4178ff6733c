import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Who is signed in at the issuer, as ID tokens say it. */
export type SimUser = { readonly sub: string; readonly email?: string; readonly email_verified?: boolean; readonly hd?: string }

/** How an issuer lies: what it changes of an ID token, whose key it signs with, as whom it sends browsers back. */
export type IssuerManner = {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly signs?: 'with its key' | 'with another key' | 'with none'
  readonly iss?: string
  readonly isDown?: boolean
  /** How many seconds ago whoever comes signed in to it, where it is told that it has to be anew; 0 when left out. */
  readonly signedInSecondsAgo?: number
  /** Where its discovery document says that tokens are. */
  readonly tokenEndpoint?: string
}

/** An issuer of OpenID Connect with one client. */
export type SimIssuer = {
  readonly url: string
  /** Where it is on this machine, which is its address too unless it was given another. */
  readonly place: string
  readonly clientId: string
  readonly clientSecret: string
  user: SimUser
  manner: IssuerManner
  /** Paths that were asked, in order. */
  readonly asked: readonly string[]
  /** Where a browser is sent that opens an address of the authorization endpoint. */
  readonly visit: (address: string) => Promise<URL>
  readonly stop: () => Promise<void>
}

type Granted = {
  readonly nonce: string | null
  readonly challenge: string | null
  readonly returnTo: string
  readonly user: SimUser
  readonly maxAge: string | null
}

const LIFE_SECONDS = 300

/**
 * Starts an issuer on this machine: discovery, authorization without asking anybody, tokens against codes that work once and are bound to PKCE, keys.
 * Source: https://openid.net/specs/openid-connect-core-1_0.html, https://openid.net/specs/openid-connect-discovery-1_0.html (2026-11-27).
 */
export async function startSimIssuer({ publicUrl }: { readonly publicUrl?: string } = {}): Promise<SimIssuer> {
  const [own, other] = [rsa(), rsa()]
  const [codes, asked] = [new Map<string, Granted>(), [] as string[]]
  const server = createServer((request, response) => void serve(request, response))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const place = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const url = publicUrl ?? place
  const [clientId, clientSecret] = ['farebox-of-tests', 'a-secret-of-the-client']

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url)
    asked.push(pathname)
    if (sim.manner.isDown === true) response.writeHead(502, { 'content-type': 'text/html' }).end('<html>')
    else if (pathname === '/.well-known/openid-configuration') send(response, 200, discovery())
    else if (pathname === '/keys') send(response, 200, { keys: [jwkOf(own)] })
    else if (pathname === '/authorize') response.writeHead(302, { location: authorize(searchParams) }).end()
    else if (pathname === '/token') {
      const { status, body } = redeem({ fields: await readForm(request), authorization: request.headers.authorization })
      send(response, status, body)
    } else send(response, 404, {})
  }
  const discovery = () => ({
    ...{ issuer: url, authorization_endpoint: `${url}/authorize`, token_endpoint: sim.manner.tokenEndpoint ?? `${url}/token` },
    ...{ jwks_uri: `${url}/keys`, response_types_supported: ['code'], subject_types_supported: ['public'] },
    ...{ id_token_signing_alg_values_supported: ['RS256'], code_challenge_methods_supported: ['S256'] },
    authorization_response_iss_parameter_supported: true,
  })
  const authorize = (asking: URLSearchParams): string => {
    // A code may look like a number, and is none.
    const [code, back] = [`1${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`, new URL(asking.get('redirect_uri') ?? url)]
    codes.set(code, {
      ...{ nonce: asking.get('nonce'), challenge: asking.get('code_challenge'), returnTo: back.href, user: sim.user },
      maxAge: asking.get('max_age'),
    })
    for (const [name, value] of Object.entries({ code, state: asking.get('state') ?? '', iss: sim.manner.iss ?? url }))
      back.searchParams.set(name, value)
    return back.href
  }
  const redeem = ({ fields, authorization }: Redeeming): Reply => {
    const granted = codes.get(fields.get('code') ?? '')
    codes.delete(fields.get('code') ?? '')
    if (basicOf(authorization) !== `${clientId}:${clientSecret}`) return { status: 401, body: { error: 'invalid_client' } }
    if (granted === undefined || !isGranted(granted, fields)) return { status: 400, body: { error: 'invalid_grant' } }
    const now = Math.floor(Date.now() / 1000)
    const ago = granted.maxAge === null ? undefined : (sim.manner.signedInSecondsAgo ?? 0)
    const times = { iat: now, exp: now + LIFE_SECONDS, ...(ago === undefined ? {} : { auth_time: now - ago }) }
    const claims = { iss: url, aud: clientId, ...times, nonce: granted.nonce, ...granted.user, ...sim.manner.claims }
    const key = sim.manner.signs === 'with another key' ? other : own
    const idToken = sim.manner.signs === 'with none' ? unsigned(claims) : signed(claims, key)
    return { status: 200, body: { access_token: randomUUID(), token_type: 'bearer', expires_in: LIFE_SECONDS, id_token: idToken } }
  }
  const sim: SimIssuer = {
    ...{ url, place, clientId, clientSecret, user: { sub: 'somebody' }, manner: {}, asked },
    visit: async (address) => {
      const reply = await fetch(address.replace(url, place), { redirect: 'manual' })
      return new URL(reply.headers.get('location') ?? '')
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return sim
}

type Reply = { readonly status: number; readonly body: object }

/** Whether a code is shown for the address it was sent to, with what only who asked for it knows. Source: RFC 7636 §4.6 (2015-09). */
const isGranted = ({ returnTo, challenge }: Granted, fields: URLSearchParams): boolean =>
  returnTo === fields.get('redirect_uri') &&
  challenge ===
    createHash('sha256')
      .update(fields.get('code_verifier') ?? '')
      .digest('base64url')

type Redeeming = { readonly fields: URLSearchParams; readonly authorization: string | undefined }
type KeyPair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject }

const rsa = (): KeyPair => generateKeyPairSync('rsa', { modulusLength: 2048 })
const KEY_ID = 'first'
const jwkOf = ({ publicKey }: KeyPair): object => ({ ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' })
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const unsigned = (claims: object): string => `${encoded({ alg: 'none' })}.${encoded(claims)}.`

/** A JWS in its compact form. Source: RFC 7515 §7.1, RFC 7518 §3.3 (2015-05). */
function signed(claims: object, { privateKey }: KeyPair): string {
  const input = `${encoded({ alg: 'RS256', kid: KEY_ID, typ: 'JWT' })}.${encoded(claims)}`
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`
}

/** A name and a password, each of which was encoded as in a form before. Source: RFC 6749 §2.3.1 (2012-10). */
const basicOf = (authorization = ''): string =>
  Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':')
    .map(decodeURIComponent)
    .join(':')

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let body = ''
  for await (const piece of request) body += String(piece)
  return new URLSearchParams(body)
}

const send = (response: ServerResponse, status: number, body: object): void =>
  void response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body))
