import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { headOf, openEnvelope, SealError, sealEnvelope } from './envelope.ts'

/**
 * Keeps secrets unreadable in the database. Keys come from a master key that lies outside it, one per purpose; the purpose is bound to
 * the ciphertext, so what was sealed for one use opens for no other.
 */
export type Keyring = {
  /** AES-256-GCM under the newest key: version byte, key id byte, 12 bytes nonce, ciphertext, 16 bytes tag. */
  readonly seal: (plain: Buffer, purpose: string) => Buffer
  /** The plain bytes; throws SealError when the bytes were changed, belong to another purpose, or their key is not here. */
  readonly unseal: (sealed: Buffer, purpose: string) => Buffer
  /** 32 bytes that are the same for the same value and purpose, and tell nothing without the key; survives rotation. */
  readonly lookup: (value: string, purpose: string) => Buffer
  /** 32 bytes derived from the first master key, a purpose and an input; survives rotation. */
  readonly derive: (purpose: string, input: Buffer) => Buffer
}

const VERSION = 1
const KEY_BYTES = 32

/**
 * Opens the master keys under `dataDir`/keys, and makes the first one if there is none. Files are named master-<id>.key, 32 bytes each,
 * readable by their owner alone; the highest id seals. Throws SealError SEAL_KEY_FILE for a file of another size or open to others.
 */
export function openKeyring(dataDir: string): Keyring {
  const folder = join(dataDir, 'keys')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  if (!existsSync(masterPath(folder, 1))) makeMaster(folder)
  return keyringOf(readMasters(folder))
}

/** A keyring over given master keys by id, 1 first; for tests and for tools that hold the keys elsewhere. */
export function keyringOf(masters: ReadonlyMap<number, Buffer>): Keyring {
  const newest = Math.max(...masters.keys())
  const master = (id: number) => masters.get(id) ?? raise('SEAL_KEY_UNKNOWN')
  return {
    seal: (plain, purpose) => sealWith({ id: newest, master: master(newest) }, plain, purpose),
    unseal: (sealed, purpose) => unsealWith(master, sealed, purpose),
    lookup: (value, purpose) =>
      createHmac('sha256', subkey(master(1), 'lookup', purpose))
        .update(value, 'utf8')
        .digest(),
    derive: (purpose, input) =>
      createHmac('sha256', subkey(master(1), 'derive', purpose))
        .update(input)
        .digest(),
  }
}

const masterPath = (folder: string, id: number) => join(folder, `master-${id}.key`)

/** Writes the whole key aside, flushes it, then gives it its name: two processes at once end with one key, a crash with none or all of it. */
function makeMaster(folder: string): void {
  const aside = join(folder, `.new-${randomBytes(8).toString('hex')}`)
  const file = openSync(aside, 'wx', 0o600)
  try {
    writeSync(file, randomBytes(KEY_BYTES))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  try {
    linkSync(aside, masterPath(folder, 1))
  } catch (thrown) {
    if (!existsSync(masterPath(folder, 1))) throw thrown
  } finally {
    rmSync(aside)
  }
  syncFolder(folder)
}

/** Without this a power cut could take the name away after secrets were sealed under the key. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function readMasters(folder: string): ReadonlyMap<number, Buffer> {
  return new Map(
    masterPaths(folder).map(({ id, path }) => {
      if (faultOf(path) !== undefined) throw new SealError('SEAL_KEY_FILE')
      return [id, readFileSync(path)]
    }),
  )
}

function masterPaths(folder: string): readonly { readonly id: number; readonly path: string }[] {
  const found: { readonly id: number; readonly path: string }[] = []
  for (let id = 1; id <= 255 && existsSync(masterPath(folder, id)); id += 1) found.push({ id, path: masterPath(folder, id) })
  return found
}

/** A file of a master key that is not taken: `mode` for one that others may read, `size` for one that is not 32 bytes. */
export type MasterKeyFault = { readonly path: string; readonly fault: 'mode' | 'size' }

/** Every master key of a data directory that openKeyring would not take; makes nothing. */
export const masterKeyFaults = (dataDir: string): readonly MasterKeyFault[] =>
  masterPaths(join(dataDir, 'keys')).flatMap(({ path }) => {
    const fault = faultOf(path)
    return fault === undefined ? [] : [{ path, fault }]
  })

function faultOf(path: string): MasterKeyFault['fault'] | undefined {
  const { size, mode } = statSync(path)
  if (size !== KEY_BYTES) return 'size'
  return (mode & 0o077) === 0 ? undefined : 'mode'
}

const subkey = (master: Buffer, use: 'seal' | 'lookup' | 'derive', purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), `farebox/1/${use}/${purpose}`, KEY_BYTES))

function sealWith(key: { readonly id: number; readonly master: Buffer }, plain: Buffer, purpose: string): Buffer {
  return sealEnvelope({ head: Buffer.from([VERSION, key.id]), key: subkey(key.master, 'seal', purpose) }, plain)
}

function unsealWith(master: (id: number) => Buffer, sealed: Buffer, purpose: string): Buffer {
  const [version, id] = headOf(sealed)
  if (version !== VERSION) return raise('SEAL_VERSION')
  return openEnvelope(subkey(master(id), 'seal', purpose), sealed)
}

function raise(code: SealError['code']): never {
  throw new SealError(code)
}
