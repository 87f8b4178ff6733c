import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { Clock } from '../../lib/index.ts'
import { headOf, openEnvelope, SealError, sealEnvelope } from '../envelope.ts'
import type { Keyring } from '../seal.ts'
import { keyCache } from './key-cache.ts'
import type { KeyStore } from './key-store.ts'
import { SubjectKeyError } from './subject-key-error.ts'
import type { Tombstones } from './tombstones.ts'

/**
 * Seals what identifies a person under a key of that person alone, so that all of it, wherever a copy lies, is unreadable from the moment
 * the key is destroyed. A subject is named by its id (an account's UUID).
 */
export type SubjectKeys = {
  /** Makes a subject's key; does nothing when it is there. Throws SUBJECT_DESTROYED. */
  readonly create: (subject: string) => Promise<void>
  /** Seals for one purpose. Throws SUBJECT_DESTROYED, SUBJECT_KEY_MISSING. */
  readonly seal: (subject: string, plain: Buffer, purpose: string) => Promise<Buffer>
  /** The plain bytes; undefined when the subject's key was destroyed. Throws SUBJECT_KEY_MISSING, and SealError for bytes of others. */
  readonly unseal: (subject: string, sealed: Buffer, purpose: string) => Promise<Buffer | undefined>
  /** 32 bytes that tell whether two values are the same, and nothing without the key; undefined when it was destroyed. Throws SUBJECT_KEY_MISSING. */
  readonly fingerprint: (subject: string, value: Buffer, purpose: string) => Promise<Buffer | undefined>
  /** Destroys a subject's key for good, remembering that it did before it does; a repeat finishes what was interrupted. */
  readonly destroy: (subject: string) => Promise<void>
  readonly isDestroyed: (subject: string) => Promise<boolean>
  /**
   * Destroys again every key of which it is remembered that it was destroyed, as an old copy of keys or database can bring it back; resolves
   * with those of `subjects` that were erased before and have to be erased again. To be called before anything is served.
   */
  readonly replayErasures: (subjects: () => AsyncIterable<string>) => Promise<readonly string[]>
  /** As Keyring.lookup: the same for all subjects, so that something is found by it. */
  readonly lookup: Keyring['lookup']
  readonly close: () => Promise<void>
}

/** What keys of subjects are made of: where they lie, what wraps them, and where it is remembered who was erased. */
export type SubjectKeyParts = {
  readonly store: KeyStore
  readonly keyring: Keyring
  readonly tombstones: Tombstones
  readonly clock: Clock
}

/** The first byte of what is sealed under a subject's key; what master keys seal begins with another. */
export const SUBJECT_SEALED = 2
const KEY_BYTES = 32
/** A page of accounts fits; what another node destroyed is unreadable here within ten seconds. */
const CACHE = { sizeMax: 4096, keptMs: 10_000 }

/** The keys of subjects on these parts. */
export function makeSubjectKeys({ store, keyring, tombstones, clock }: SubjectKeyParts): SubjectKeys {
  const cache = keyCache(clock, CACHE)
  const tagKey = keyring.derive('subject-tag', Buffer.alloc(0))
  const tagOf = (subject: string): Buffer => createHmac('sha256', tagKey).update(subject).digest()
  const unwrap = (tag: Buffer, wrapped: Buffer): Buffer => keyring.unseal(wrapped, wrapPurpose(tag))

  /** The key, undefined when it was destroyed. What is remembered counts, whether or not a key lies there. */
  const keyOf = (subject: string): Promise<Buffer | undefined> =>
    cache.get(subject, async () => {
      const tag = tagOf(subject)
      const wrapped = await store.read(tag)
      if (await tombstones.has(tag)) return undefined
      return wrapped === undefined ? missing() : unwrap(tag, wrapped)
    })
  const usableKey = async (subject: string): Promise<Buffer> => (await keyOf(subject)) ?? destroyed()

  return {
    create: async (subject) => {
      const tag = tagOf(subject)
      if (await tombstones.has(tag)) destroyed()
      await store.add(tag, keyring.seal(randomBytes(KEY_BYTES), wrapPurpose(tag)))
    },
    seal: async (subject, plain, purpose) => {
      const key = subkey(await usableKey(subject), 'seal', purpose)
      return sealEnvelope({ head: Buffer.from([SUBJECT_SEALED, 0]), key }, plain)
    },
    unseal: async (subject, sealed, purpose) => {
      const key = await keyOf(subject)
      if (key === undefined) return undefined
      if (headOf(sealed)[0] !== SUBJECT_SEALED) throw new SealError('SEAL_VERSION')
      return openEnvelope(subkey(key, 'seal', purpose), sealed)
    },
    fingerprint: async (subject, value, purpose) => {
      const key = await keyOf(subject)
      return key === undefined
        ? undefined
        : createHmac('sha256', subkey(key, 'fingerprint', purpose))
            .update(value)
            .digest()
    },
    destroy: async (subject) => {
      const tag = tagOf(subject)
      cache.forget(subject)
      await tombstones.add({ tag, destroyedAt: clock.now() })
      // Again, as somebody may have read it since, with what was remembered then.
      cache.forget(subject)
      await store.remove([tag])
    },
    isDestroyed: (subject) => tombstones.has(tagOf(subject)),
    replayErasures: async (subjects) => {
      const tags = (await tombstones.reconcile()).map(({ tag }) => tag)
      if (tags.length === 0) return []
      await store.remove(tags)
      const names = new Set(tags.map((tag) => tag.toString('latin1')))
      const again: string[] = []
      for await (const subject of subjects()) if (names.has(tagOf(subject).toString('latin1'))) again.push(subject)
      return again
    },
    lookup: keyring.lookup,
    close: () => store.close(),
  }
}

const wrapPurpose = (tag: Buffer): string => `subject-key:${tag.toString('hex')}`

const subkey = (key: Buffer, use: 'seal' | 'fingerprint', purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `farebox/2/${use}/${purpose}`, KEY_BYTES))

function missing(): never {
  throw new SubjectKeyError('SUBJECT_KEY_MISSING')
}

function destroyed(): never {
  throw new SubjectKeyError('SUBJECT_DESTROYED')
}
