import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto'

/** A request as it was signed: by whom, with which nonce, for which address, and what it says. */
export type SignedBody = {
  readonly nonce: string
  readonly url: string
  readonly kid: string | undefined
  readonly jwk: JsonWebKey | undefined
  /** Undefined for one that only reads. */
  readonly payload: Record<string, unknown> | undefined
  readonly isSignedBy: (key: JsonWebKey) => boolean
}

/** Reads a JWS in its flattened form; undefined where it is none, or not of ES256, or names no key or two. Source: RFC 7515 §7.2.2 (2015-05), RFC 8555 §6.2 (2019-03). */
export function readSignedBody(text: string): SignedBody | undefined {
  try {
    const { protected: header, payload, signature } = JSON.parse(text) as Record<string, string>
    const told = JSON.parse(decoded(header)) as { alg: string; nonce: string; url: string; kid?: string; jwk?: JsonWebKey }
    if (told.alg !== 'ES256' || (told.kid === undefined) === (told.jwk === undefined)) return undefined
    return {
      ...{ nonce: told.nonce, url: told.url, kid: told.kid, jwk: told.jwk },
      payload: payload === '' ? undefined : (JSON.parse(decoded(payload)) as Record<string, unknown>),
      isSignedBy: (jwk) =>
        verify(
          'sha256',
          Buffer.from(`${header}.${payload}`),
          { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
          Buffer.from(signature ?? '', 'base64url'),
        ),
    }
  } catch {
    // No JSON, or parts are missing.
    return undefined
  }
}

const decoded = (text = ''): string => Buffer.from(text, 'base64url').toString()

/** The name of a key by what it is. Source: RFC 7638 §3 (2015-09). */
export const thumbprintOf = ({ crv, kty, x, y }: JsonWebKey): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
