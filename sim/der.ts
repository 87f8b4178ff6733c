/** A SEQUENCE. */
export const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, Buffer.concat(parts))
/** A SET. */
export const set = (...parts: readonly Buffer[]): Buffer => der(0x31, Buffer.concat(parts))

/** A value by its tag; content as bytes or hex. Source: X.690 §8 (2021-02). */
export function der(tag: number, content: Buffer | string): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'hex') : content
  const { length } = bytes
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), bytes])
  if (length < 0x100) return Buffer.concat([Buffer.from([tag, 0x81, length]), bytes])
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), bytes])
}

/** The signature algorithm of certificates here. Source: RFC 5758 §3.2 (2010-01). */
export const ECDSA_WITH_SHA256 = sequence(der(0x06, '2a8648ce3d040302'))

/** A certificate as PEM. Source: RFC 7468 §5 (2015-04). */
export const pem = (certificate: Buffer): string => {
  const lines = certificate.toString('base64').replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

/** One value as it was read: its tag, its content, and all of its bytes. */
export type DerValue = { readonly tag: number; readonly content: Buffer; readonly whole: Buffer }

/** The values that stand one after the other in bytes; throws RangeError where they are cut off. */
export function readDer(bytes: Buffer): readonly DerValue[] {
  const found: DerValue[] = []
  for (let at = 0; at < bytes.length; ) {
    const short = bytes.readUInt8(at + 1)
    const more = short < 0x80 ? 0 : short & 0x7f
    const length = more === 0 ? short : bytes.readUIntBE(at + 2, more)
    const begin = at + 2 + more
    if (begin + length > bytes.length) throw new RangeError('DER is cut off')
    found.push({ tag: bytes.readUInt8(at), content: bytes.subarray(begin, begin + length), whole: bytes.subarray(at, begin + length) })
    at = begin + length
  }
  return found
}
