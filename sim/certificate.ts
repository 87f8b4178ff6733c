import { createHash, createSign, generateKeyPairSync } from 'node:crypto'
import { der, ECDSA_WITH_SHA256, pem, sequence, set } from './der.ts'

/** A key and its certificate, in PEM. */
export type Certificate = { readonly key: string; readonly cert: string }

/** Times between which a certificate holds, as UTCTime writes them: YYMMDDhhmmssZ. */
type Validity = { readonly from: string; readonly until: string }
const LONG: Validity = { from: '200101000000Z', until: '491231235959Z' }

/**
 * A new key and a self-signed X.509 certificate of a name (or of all below one: `*.a.test`), made by hand as Node has no maker.
 * Source: RFC 5280 §4.1 (2008-05).
 */
export function certificateFor(name: string, { from, until }: Validity = LONG): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = sequence(set(sequence(der(0x06, '550403'), der(0x0c, Buffer.from(name)))))
  const validity = sequence(der(0x17, Buffer.from(from)), der(0x17, Buffer.from(until)))
  const publicKeyInfo = publicKey.export({ type: 'spki', format: 'der' })
  const serial = der(0x02, Buffer.concat([Buffer.from([1]), createHash('sha256').update(publicKeyInfo).digest().subarray(0, 8)]))
  const toBeSigned = sequence(serial, ECDSA_WITH_SHA256, subject, validity, subject, publicKeyInfo)
  const signature = createSign('sha256').update(toBeSigned).sign(privateKey)
  const certificate = sequence(toBeSigned, ECDSA_WITH_SHA256, der(0x03, Buffer.concat([Buffer.from([0]), signature])))
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: pem(certificate) }
}
