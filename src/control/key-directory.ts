import type { Database } from '../db/index.ts'
import { type FoundKey, findKeyByHash, findKeyById } from '../keys/index.ts'

const KEYS_MAX = 200_000

/** Keys and what binds them, read once from the database and dropped at any change; one look-up at a time for each. */
export class KeyDirectory {
  readonly #database: Database
  readonly #byId = new Map<string, FoundKey>()
  readonly #looking = new Map<string, Promise<FoundKey | undefined>>()

  constructor(database: Database) {
    this.#database = database
  }

  /** The key of a hash; undefined when there is none or it is revoked. Rejects when the database cannot be asked. */
  findByHash(hash: Buffer): Promise<FoundKey | undefined> {
    return this.#once(hash.toString('hex'), () => findKeyByHash(this.#database, hash))
  }

  /** The key of an id, if it is known without asking. */
  peek(keyId: string): FoundKey | undefined {
    return this.#byId.get(keyId)
  }

  findById(keyId: string): Promise<FoundKey | undefined> {
    return this.#once(keyId, () => findKeyById(this.#database, keyId))
  }

  forgetKey(keyId: string): void {
    this.#byId.delete(keyId)
  }

  forgetAccount(accountId: string): void {
    for (const [keyId, key] of this.#byId) if (key.accountId === accountId) this.#byId.delete(keyId)
  }

  forgetAll(): void {
    this.#byId.clear()
  }

  #once(name: string, look: () => Promise<FoundKey | undefined>): Promise<FoundKey | undefined> {
    const running = this.#looking.get(name)
    if (running !== undefined) return running
    const started = look()
      .then((found) => {
        if (found !== undefined) this.#remember(found)
        return found
      })
      .finally(() => this.#looking.delete(name))
    this.#looking.set(name, started)
    return started
  }

  #remember(found: FoundKey): void {
    if (this.#byId.size >= KEYS_MAX) this.#byId.clear()
    this.#byId.set(found.keyId, found)
  }
}
