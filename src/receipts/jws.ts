import { type KeyObject, sign, verify } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'

/** What is signed: short words and numbers by name. */
export type SignedClaims = Readonly<Record<string, string | number>>

/** A compact JWS in its parts. */
export type Jws = { readonly kid: string; readonly payload: string; readonly signature: Buffer }

/** What is signed: header and payload. Source: RFC 7515 §5.1 (2015-05), RFC 8037 §3.1 (2017-01). */
const signingInput = (kid: string, payload: string): string => `${encode(canonicalJson({ alg: 'EdDSA', kid }))}.${encode(payload)}`

const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64url')

/** The Ed25519 signature, 64 bytes, of claims under a key. */
export const signClaims = (key: { readonly kid: string; readonly privateKey: KeyObject }, claims: SignedClaims): Buffer =>
  sign(null, Buffer.from(signingInput(key.kid, canonicalJson(claims))), key.privateKey)

/** The compact JWS of claims and their signature. */
export const writeJws = (kid: string, claims: SignedClaims, signature: Buffer): string =>
  `${signingInput(kid, canonicalJson(claims))}.${signature.toString('base64url')}`

/** The parts of a compact JWS in the one spelling we write; undefined for any other. */
export function readJws(text: string): Jws | undefined {
  const [header = '', body = '', tail = ''] = text.split('.')
  const payload = Buffer.from(body, 'base64url').toString('utf8')
  const signature = Buffer.from(tail, 'base64url')
  const kid = /^\{"alg":"EdDSA","kid":"([\w-]{1,100})"\}$/.exec(Buffer.from(header, 'base64url').toString('utf8'))?.[1]
  if (kid === undefined) return undefined
  // Base64 has spellings that decode to the same bytes; only one of them is ours.
  const again = `${signingInput(kid, payload)}.${signature.toString('base64url')}`
  return again === text ? { kid, payload, signature } : undefined
}

/** Whether the signature is that of this key. */
export const isSignedBy = ({ kid, payload, signature }: Jws, publicKey: KeyObject): boolean =>
  verify(null, Buffer.from(signingInput(kid, payload)), publicKey, signature)

/** Whether a compact JWS says exactly these claims and is signed by one of these keys, which are by kid. */
export function isSignedWith(text: string, claims: SignedClaims, keys: ReadonlyMap<string, KeyObject>): boolean {
  const jws = readJws(text)
  const key = keys.get(jws?.kid ?? '')
  return jws !== undefined && key !== undefined && jws.payload === canonicalJson(claims) && isSignedBy(jws, key)
}
