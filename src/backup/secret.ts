import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, type KeyObject, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { fail } from '../failures.ts'
import { type BackupHeader, SCRYPT } from './header.ts'

/**
 * What closes a container and opens it: a passphrase, or a pair of X25519 keys whose public half suffices to close. Keys are PEM as
 * `openssl genpkey -algorithm X25519` writes them (RFC 8410, 2018-08).
 */
export type BackupSecret = { readonly passphrase: string } | { readonly recipient: string } | { readonly identity: string }

/** The two keys of a container: one vouches for its header, one encrypts what follows. */
export type ContainerKeys = { readonly header: Buffer; readonly body: Buffer }

/** How a new container is closed: what its header says of the key, and the keys. */
export type Closing = { readonly key: BackupHeader['key']; readonly keys: ContainerKeys }

const PASSPHRASE_MIN = 12

/** Keys for a new container. Fails with backup_secret_weak for a short passphrase, and with backup_secret_invalid for what is no X25519 key. */
export async function closeWith(secret: BackupSecret, salt: Buffer): Promise<Closing> {
  if ('passphrase' in secret) {
    if (secret.passphrase.length < PASSPHRASE_MIN) return fail('backup_secret_weak', { limit: PASSPHRASE_MIN })
    return { key: { by: 'scrypt' }, keys: await ofPassphrase(secret.passphrase, salt) }
  }
  const recipient = 'recipient' in secret ? publicKeyOf(secret.recipient) : createPublicKey(privateKeyOf(secret.identity))
  const ephemeral = generateKeyPairSync('x25519')
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient })
  const key = { by: 'x25519', ephemeral: rawOf(ephemeral.publicKey), recipient: rawOf(recipient) } as const
  return { key, keys: derive(shared, salt, `${key.ephemeral}${key.recipient}`) }
}

/** The keys of a container that is there. Fails with backup_secret_wrong where the secret is of the other sort or belongs to another key. */
export async function openWith(secret: BackupSecret, header: BackupHeader): Promise<ContainerKeys> {
  const salt = Buffer.from(header.salt, 'hex')
  if (header.key.by === 'scrypt') return 'passphrase' in secret ? await ofPassphrase(secret.passphrase, salt) : fail('backup_secret_wrong')
  if (!('identity' in secret)) return fail('backup_secret_wrong')
  const privateKey = privateKeyOf(secret.identity)
  const { ephemeral, recipient } = header.key
  if (rawOf(createPublicKey(privateKey)) !== recipient) return fail('backup_secret_wrong')
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'X25519', x: Buffer.from(ephemeral, 'hex').toString('base64url') },
    format: 'jwk',
  })
  try {
    return derive(diffieHellman({ privateKey, publicKey }), salt, `${ephemeral}${recipient}`)
  } catch {
    // A point of small order, which no honest writer makes.
    return fail('backup_secret_wrong')
  }
}

const scryptOf = promisify<string, Buffer, number, object, Buffer>(scrypt)

async function ofPassphrase(passphrase: string, salt: Buffer): Promise<ContainerKeys> {
  const stretched = await scryptOf(passphrase.normalize('NFKC'), salt, 32, { ...SCRYPT, maxmem: 2 * 128 * SCRYPT.N * SCRYPT.r })
  return derive(stretched, salt, '')
}

function derive(secret: Buffer, salt: Buffer, parties: string): ContainerKeys {
  const of = (use: string): Buffer => Buffer.from(hkdfSync('sha256', secret, salt, `farebox/backup/1/${use}/${parties}`, 32))
  return { header: of('header'), body: of('body') }
}

const rawOf = (key: KeyObject): string => Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex')

const publicKeyOf = (pem: string): KeyObject => keyOf(() => createPublicKey(pem))
const privateKeyOf = (pem: string): KeyObject => keyOf(() => createPrivateKey(pem))

/** What the reader says can hold what the file says, so it goes no further. */
function keyOf(read: () => KeyObject): KeyObject {
  try {
    const key = read()
    return key.asymmetricKeyType === 'x25519' ? key : fail('backup_secret_invalid')
  } catch {
    return fail('backup_secret_invalid')
  }
}
