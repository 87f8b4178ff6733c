import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { newPasskeySchema, passkeySchema } from '../../src/identity/index.ts'

/** What a browser is asked with for a passkey, as far as an authenticator looks. */
export type PasskeyOptions = {
  readonly challenge: string
  readonly rpId?: string
  readonly rp?: { readonly id: string }
  readonly user?: { readonly id: string }
}
/** What an authenticator does otherwise than it should. */
export type Twist = {
  readonly origin?: string
  readonly type?: string
  readonly isVerified?: boolean
  readonly host?: string
  readonly userHandle?: string | null
}

/** An authenticator in software at pages of `url`; `device.counter` is what it counts to: ES256, attestation "none". Source: w3.org/TR/webauthn-3 §6.1 and §6.5 (2026-11-26). */
export function makeAuthenticator(url: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credentialId = randomBytes(32)
  const device = { counter: 0, userHandle: undefined as string | undefined }
  const clientData = (type: string, challenge: string, { origin = url }: Twist) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const authenticatorData = (flags: number, { isVerified = true, host = new URL(url).hostname }: Twist, more = Buffer.alloc(0)) => {
    const counted = Buffer.alloc(5)
    counted.writeUInt8(1 | flags | (isVerified ? 4 : 0))
    counted.writeUInt32BE(device.counter, 1)
    return Buffer.concat([createHash('sha256').update(host).digest(), counted, more])
  }
  const id = credentialId.toString('base64url')
  const make = (options: PasskeyOptions, twist: Twist = {}) => {
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    const key = cbor(
      new Map<number, unknown>([
        ...([
          [1, 2],
          [3, -7],
          [-1, 1],
        ] as const),
        [-2, Buffer.from(x, 'base64url')],
        [-3, Buffer.from(y, 'base64url')],
      ]),
    )
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, credentialId.length]), credentialId, key])
    const statement = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authenticatorData(64, twist, attested)],
    ])
    device.userHandle = options.user?.id
    return newPasskeySchema.parse({
      ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {}, authenticatorAttachment: 'platform' },
      response: {
        clientDataJSON: clientData(twist.type ?? 'webauthn.create', options.challenge, twist).toString('base64url'),
        attestationObject: cbor(statement).toString('base64url'),
        transports: ['internal', 'of-the-future'],
      },
    })
  }
  const use = (options: PasskeyOptions, twist: Twist = {}) => {
    const data = authenticatorData(0, twist)
    const client = clientData(twist.type ?? 'webauthn.get', options.challenge, twist)
    const signature = sign('sha256', Buffer.concat([data, createHash('sha256').update(client).digest()]), privateKey)
    return passkeySchema.parse({
      ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
      response: {
        ...{
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: signature.toString('base64url'),
        },
        userHandle: twist.userHandle === undefined ? device.userHandle : twist.userHandle,
      },
    })
  }
  return { device, make, use }
}

/** CBOR of what an authenticator sends: whole numbers, bytes, texts, maps. Source: RFC 8949 §3 (2020-12). */
function cbor(value: number | string | Buffer | ReadonlyMap<number | string, unknown>): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, held]) => [cbor(key), cbor(held as never)])])
}
function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length])
  return length < 256 ? Buffer.from([(major << 5) | 24, length]) : Buffer.from([(major << 5) | 25, length >> 8, length & 255])
}
