import { randomBytes } from 'node:crypto'
import type { Inventory } from './declared.ts'
import { keyringOf } from './seal.ts'
import type { KeyStore } from './subject-keys/key-store.ts'
import { makeSubjectKeys, type SubjectKeys } from './subject-keys/subject-keys.ts'
import type { Tombstones } from './subject-keys/tombstones.ts'

/** The inventory of what keeps, writes and calls nothing; for tests. */
export const EMPTY_INVENTORY: Inventory = {
  columns: [],
  logFields: {},
  metricLabels: {},
  answerHeaders: {},
  upstreamHeaders: {},
  fetchHeaders: {},
  mailFields: {},
  cookies: {},
  browserKeys: {},
  sharedKeys: {},
  files: {},
  outbound: {},
}

/** Keys of subjects that are forgotten with the process: the real ones over a store and a memory of erasures in this process; for tests. */
export function testSubjectKeys(keyring = keyringOf(new Map([[1, randomBytes(32)]]))): SubjectKeys {
  const clock = { now: () => Date.parse('2026-11-21T12:00:00Z'), monotonic: () => 0 }
  return makeSubjectKeys({ store: keysInMemory(), keyring, tombstones: tombstonesInMemory(), clock })
}

function keysInMemory(): KeyStore {
  const keys = new Map<string, Buffer>()
  return {
    read: async (tag) => keys.get(tag.toString('hex')),
    add: async (tag, wrapped) => {
      keys.set(tag.toString('hex'), keys.get(tag.toString('hex')) ?? wrapped)
      return keys.get(tag.toString('hex')) ?? wrapped
    },
    remove: async (tags) => {
      for (const tag of tags) keys.delete(tag.toString('hex'))
    },
    tidy: async () => undefined,
    close: async () => undefined,
  }
}

function tombstonesInMemory(): Tombstones {
  const known = new Map<string, number>()
  return {
    add: async ({ tag, destroyedAt }) => void known.set(tag.toString('hex'), destroyedAt),
    has: async (tag) => known.has(tag.toString('hex')),
    reconcile: async () => [...known].map(([tag, destroyedAt]) => ({ tag: Buffer.from(tag, 'hex'), destroyedAt })),
  }
}
