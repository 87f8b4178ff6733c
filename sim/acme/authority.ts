import { createHash, createPublicKey, createSign, generateKeyPairSync, randomBytes, verify } from 'node:crypto'
import { der, ECDSA_WITH_SHA256, pem, readDer, sequence, set } from '../der.ts'

/** What a request for a certificate asks for: names, and the key as SubjectPublicKeyInfo. */
export type SignedRequest = { readonly names: readonly string[]; readonly publicKeyInfo: Buffer }

/** From when to when a certificate holds, in milliseconds of the epoch. */
export type SimLife = { readonly from: number; readonly until: number }

/** An authority: its own certificate in PEM, and what gives out others. */
export type SimAuthority = {
  readonly cert: string
  readonly issue: (request: SignedRequest, life: SimLife) => string
  /** How clients name a certificate of a serial number when they ask when to renew it. */
  readonly keyId: string
}

const OIDS = { subjectAltName: '551d11', keyId: '551d0e', authorityKeyId: '551d23', constraints: '551d13' } as const
const EXTENSION_REQUEST = '2a864886f70d01090e'
const YEAR_MS = 31_536_000_000

/** Makes an authority with a key of its own. Source: RFC 5280 §4.1, §4.2 (2008-05). */
export function makeAuthority(name: string): SimAuthority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const own = publicKey.export({ type: 'spki', format: 'der' })
  const keyId = createHash('sha1').update(own).digest()
  const certify = (told: { subject: string; publicKeyInfo: Buffer; life: SimLife; extensions: readonly Buffer[] }): string => {
    const serial = Buffer.concat([Buffer.from([0x7f]), randomBytes(8)])
    const toBeSigned = sequence(
      ...[der(0xa0, der(0x02, '02')), der(0x02, serial), ECDSA_WITH_SHA256, nameOf(name)],
      ...[sequence(time(told.life.from), time(told.life.until)), nameOf(told.subject), told.publicKeyInfo],
      der(0xa3, sequence(...told.extensions)),
    )
    const signature = createSign('sha256').update(toBeSigned).sign(privateKey)
    return pem(sequence(toBeSigned, ECDSA_WITH_SHA256, der(0x03, Buffer.concat([Buffer.from([0]), signature]))))
  }
  const now = Date.now()
  const cert = certify({
    ...{ subject: name, publicKeyInfo: own, life: { from: now - YEAR_MS, until: now + YEAR_MS } },
    extensions: [extension(OIDS.constraints, sequence(der(0x01, 'ff')), true), extension(OIDS.keyId, der(0x04, keyId))],
  })
  const issue = ({ names, publicKeyInfo }: SignedRequest, life: SimLife): string => {
    const alternatives = sequence(...names.map((one) => der(0x82, Buffer.from(one))))
    const extensions = [extension(OIDS.subjectAltName, alternatives), extension(OIDS.authorityKeyId, sequence(der(0x80, keyId)))]
    return certify({ subject: names[0] ?? '', publicKeyInfo, life, extensions })
  }
  return { cert, issue, keyId: keyId.toString('base64url') }
}

/** Reads a request, whose signature has to be by the key in it; undefined where it is not, or there are no names. Source: RFC 2986 §4 (2000-11). */
export function readSigningRequest(bytes: Buffer): SignedRequest | undefined {
  try {
    const [info, , signature] = readDer(readDer(bytes)[0]?.content ?? bytes)
    const [, , publicKeyInfo, attributes] = readDer(info?.content ?? bytes)
    if (info === undefined || signature === undefined || publicKeyInfo === undefined) return undefined
    const key = createPublicKey({ key: publicKeyInfo.whole, format: 'der', type: 'spki' })
    if (!verify('sha256', info.whole, key, signature.content.subarray(1))) return undefined
    return { names: namesIn(attributes?.content ?? Buffer.alloc(0)), publicKeyInfo: publicKeyInfo.whole }
  } catch {
    // Cut off, or no key.
    return undefined
  }
}

function namesIn(attributes: Buffer): readonly string[] {
  for (const attribute of readDer(attributes)) {
    const [oid, values] = readDer(attribute.content)
    if (oid?.content.toString('hex') !== EXTENSION_REQUEST || values === undefined) continue
    const extensions = readDer(readDer(values.content)[0]?.content ?? Buffer.alloc(0)).map(({ content }) => readDer(content))
    const alternatives = extensions.find(([id]) => id?.content.toString('hex') === OIDS.subjectAltName)?.at(-1)
    if (alternatives === undefined) continue
    return readDer(readDer(alternatives.content)[0]?.content ?? Buffer.alloc(0)).map(({ content }) => content.toString())
  }
  return []
}

const nameOf = (name: string): Buffer => sequence(set(sequence(der(0x06, '550403'), der(0x0c, Buffer.from(name)))))

const extension = (oid: string, value: Buffer, isCritical = false): Buffer =>
  sequence(der(0x06, oid), ...(isCritical ? [der(0x01, 'ff')] : []), der(0x04, value))

/** UTCTime, YYMMDDhhmmssZ. */
const time = (millis: number): Buffer => der(0x17, Buffer.from(`${new Date(millis).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))
