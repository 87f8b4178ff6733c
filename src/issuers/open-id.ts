import * as client from 'openid-client'
import { FailureError, fail } from '../failures.ts'
import type { Clock } from '../lib/index.ts'
import { ASK_SECONDS_MAX, type AskIssuer, askWithin, RETRY_SECONDS } from './ask-issuer.ts'
import type { Asking, Issuer, IssuerSettings, ReturnedCode, Vouched } from './vouching.ts'

/** What an issuer of OpenID Connect is opened with. */
export type OpenIdParts = { readonly ask: AskIssuer; readonly clock: Pick<Clock, 'monotonic'> }

const KNOWN_MS = 3_600_000
const SECONDS_OFF_MAX = 30
/**
 * How long ago somebody may have signed in to the issuer to have shown anew who they are. The issuer is asked with max_age=0, which means the same as
 * prompt=login. Source: https://openid.net/specs/openid-connect-core-1_0.html §3.1.2.1 (2026-11-27).
 */
const FRESH_SECONDS = 600
/** Source: https://openid.net/specs/openid-connect-core-1_0.html §2 (2026-11-27). */
const SUBJECT_LENGTH_MAX = 255

/**
 * An issuer of OpenID Connect: what it says of itself is asked for once in an hour; ID tokens have to be signed by a key of its own, for us, for this
 * attempt, by this issuer, and not be too old. Source: https://openid.net/specs/openid-connect-core-1_0.html §3.1 (2026-11-27), RFC 7636 (2015-09).
 */
export function openIdIssuer(settings: IssuerSettings, { ask, clock }: OpenIdParts): Issuer {
  let known: { readonly at: number; readonly configuration: Promise<client.Configuration> } | undefined
  const configured = async (): Promise<client.Configuration> => {
    if (known === undefined || clock.monotonic() - known.at > KNOWN_MS) {
      known = {
        at: clock.monotonic(),
        configuration: discover(settings, settings.origins === undefined ? ask : askWithin(ask, settings.origins)),
      }
    }
    try {
      return await known.configuration
    } catch (thrown) {
      known = undefined
      throw thrown
    }
  }
  return {
    begin: (asking) => settled(async () => addressOf(await configured(), settings, asking)),
    end: (asking, returned) => settled(async () => await exchange(await configured(), settings, { asking, returned })),
  }
}

async function discover({ issuer, clientId, clientSecret }: IssuerSettings, ask: AskIssuer): Promise<client.Configuration> {
  const isPlain = issuer.startsWith('http:')
  return await client.discovery(
    new URL(issuer),
    clientId,
    { [client.clockTolerance]: SECONDS_OFF_MAX },
    clientSecret === undefined ? client.None() : bySecret(clientSecret),
    {
      execute: [client.enableNonRepudiationChecks, ...(isPlain ? [client.allowInsecureRequests] : [])],
      timeout: ASK_SECONDS_MAX,
      [client.customFetch]: (url, { method, headers, body, signal }) => ask({ url, method, headers, body: textOf(body), signal }),
    },
  )
}

/** The body of a request as the library makes it: a form, a text or none. */
const textOf = (body: unknown): string | undefined =>
  typeof body === 'string' ? body : body instanceof URLSearchParams ? body.toString() : undefined

/** The secret goes in the form where the issuer takes it there, else in a header, which all have to take. */
const bySecret =
  (secret: string): client.ClientAuth =>
  (...asked) => {
    const isTaken = asked[0].token_endpoint_auth_methods_supported?.includes('client_secret_post') === true
    ;(isTaken ? client.ClientSecretPost(secret) : client.ClientSecretBasic(secret))(...asked)
  }

async function addressOf(configuration: client.Configuration, { emailTrust }: IssuerSettings, asking: Asking): Promise<string> {
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: asking.returnTo,
    scope: emailTrust === 'none' ? 'openid' : 'openid email',
    ...{ state: asking.state, nonce: asking.nonce },
    ...{ code_challenge: await client.calculatePKCECodeChallenge(asking.verifier), code_challenge_method: 'S256' },
    ...(asking.isFresh === true ? { max_age: '0' } : {}),
  })
  return url.href
}

type Returned = { readonly asking: Asking; readonly returned: ReturnedCode }

async function exchange(configuration: client.Configuration, settings: IssuerSettings, { asking, returned }: Returned): Promise<Vouched> {
  const url = new URL(asking.returnTo)
  for (const [name, value] of Object.entries(returned)) if (value !== undefined) url.searchParams.set(name, value)
  const tokens = await client.authorizationCodeGrant(configuration, url, {
    ...{ expectedState: asking.state, expectedNonce: asking.nonce, pkceCodeVerifier: asking.verifier, idTokenExpected: true },
    // A page may have taken "max_age" out of the address, so that only what the issuer signed counts.
    ...(asking.isFresh === true ? { maxAge: FRESH_SECONDS } : {}),
  })
  const claims = tokens.claims() ?? fail('issuer_refused')
  if (claims.sub.length === 0 || claims.sub.length > SUBJECT_LENGTH_MAX) fail('issuer_refused')
  const { auth_time: at } = claims
  return { subject: claims.sub, email: believed(settings, claims), ...(typeof at === 'number' ? { signedInAt: at * 1_000 } : {}) }
}

/**
 * The e-mail of somebody where it is believed. Google is the authority of gmail.com and of the domains it hosts, which it names in `hd`; another address of
 * its accounts was theirs once. Source: https://developers.google.com/identity/gsi/web/guides/verify-google-id-token (2026-11-27).
 */
function believed({ emailTrust }: IssuerSettings, claims: client.IDToken): string | undefined {
  const { email, email_verified: isVerified, hd: hosted } = claims
  if (emailTrust === 'none' || typeof email !== 'string') return undefined
  if (isVerified !== true && (emailTrust !== 'own' || isVerified !== undefined)) return undefined
  if (emailTrust === 'google' && !email.toLowerCase().endsWith('@gmail.com') && typeof hosted !== 'string') return undefined
  return email
}

/** Whether it was no answer, or one that proves nothing; neither a word nor a token of it goes on. */
async function settled<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (thrown instanceof FailureError) throw thrown
    return isUnanswered(thrown) ? fail('issuer_unreachable', { seconds: RETRY_SECONDS }) : fail('issuer_refused')
  }
}

/** What the library calls it when nothing came back, or nothing of the kind that was asked for. */
const UNANSWERED = ['TIMEOUT', 'ABORT', 'RESPONSE_IS_NOT_CONFORM', 'RESPONSE_IS_NOT_JSON', 'PARSE_ERROR'].map((code) => `OAUTH_${code}`)

function isUnanswered(thrown: unknown): boolean {
  if (thrown instanceof client.ResponseBodyError || thrown instanceof client.AuthorizationResponseError) return false
  return !(thrown instanceof client.ClientError) || thrown.code === undefined || UNANSWERED.includes(thrown.code)
}
