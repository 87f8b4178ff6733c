import 'reflect-metadata'
import type { webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** A new key and the request to have it certified: the key as PEM (PKCS #8), the request as base64url of DER. */
export type SigningRequest = { readonly key: string; readonly request: string }

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** A new key, and a request for it by all names. Source: RFC 8555 §7.4 (2019-03), RFC 2986 (2000-11). */
export async function makeSigningRequest(names: readonly string[]): Promise<SigningRequest> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const extensions = [new SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value })))]
  const request = await Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: ALGORITHM, extensions })
  return { key: await pemOf(keys.privateKey), request: Buffer.from(request.rawData).toString('base64url') }
}

/** A key and a certificate that it signed itself, as one PEM; times in milliseconds of the epoch. */
export async function selfSigned(name: string, { from, until }: { readonly from: number; readonly until: number }): Promise<string> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const extensions = [new SubjectAlternativeNameExtension([{ type: 'dns', value: name }])]
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...{ name: `CN=${name}`, keys, signingAlgorithm: ALGORITHM, extensions },
    ...{ notBefore: new Date(from), notAfter: new Date(until) },
  })
  return `${await pemOf(keys.privateKey)}${certificate.toString('pem')}\n`
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const lines = Buffer.from(await crypto.subtle.exportKey('pkcs8', key))
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`
}

/** How an authority knows a certificate of its own when it is asked when to renew it; undefined where that cannot be said. Source: RFC 9773 §4.1 (2025-06). */
export function renewalIdOf(certificate: Buffer): string | undefined {
  const read = new X509Certificate(certificate)
  const keyId = read.getExtension(AuthorityKeyIdentifierExtension)?.keyId
  if (keyId === undefined) return undefined
  // A serial number whose first bit is set has a zero byte before it in the certificate.
  const serial = /^[89a-f]/i.test(read.serialNumber) ? `00${read.serialNumber}` : read.serialNumber
  return [keyId, serial].map((hex) => Buffer.from(hex, 'hex').toString('base64url')).join('.')
}
