import { createSign } from 'node:crypto'
import { type Dispatcher, request } from 'undici'
import { readJson } from '../lib/index.ts'
import { GOOGLE_TOKEN_URL, type ServiceAccount } from '../spec/index.ts'

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'
const LIFE_SECONDS = 3_600
const RENEWED_BEFORE_MS = 300_000
const TIMEOUT_MS = 10_000
const REPLY_BYTES_MAX = 65_536

/** Access tokens of a service account, asked for when one is needed and the last is about to end. `now` in milliseconds since 1970. */
export type TokenSource = (agent: Dispatcher, now: number) => Promise<string>

/** Tokens for a service account. Source: https://developers.google.com/identity/protocols/oauth2/service-account (2026-11-26). */
export function tokenSource(account: ServiceAccount): TokenSource {
  let known: { readonly token: Promise<string>; readonly endsAt: number } | undefined
  return (agent, now) => {
    if (known === undefined || known.endsAt - RENEWED_BEFORE_MS <= now) {
      const token = askForToken(account, agent, now)
      const asked = { token, endsAt: now + LIFE_SECONDS * 1_000 }
      known = asked
      token.catch(() => {
        if (known === asked) known = undefined
      })
    }
    return known.token
  }
}

async function askForToken(account: ServiceAccount, agent: Dispatcher, now: number): Promise<string> {
  const assertion = assertionOf(account, Math.floor(now / 1_000))
  const reply = await request(GOOGLE_TOKEN_URL, {
    ...{ dispatcher: agent, method: 'POST', headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }).toString(),
  })
  const told = await readReply(reply.body)
  if (reply.statusCode !== 200 || typeof told['access_token'] !== 'string') throw new Error(`no token was given: ${reply.statusCode}`)
  return told['access_token']
}

async function readReply(body: AsyncIterable<Buffer>): Promise<Readonly<Record<string, unknown>>> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > REPLY_BYTES_MAX) throw new Error('a token larger than any')
    pieces.push(piece)
  }
  return readJson(Buffer.concat(pieces).toString()) as Readonly<Record<string, unknown>>
}

function assertionOf({ client_email: email, private_key: key }: ServiceAccount, now: number): string {
  const claims = { iss: email, scope: SCOPE, aud: GOOGLE_TOKEN_URL, iat: now, exp: now + LIFE_SECONDS }
  const text = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`
}
