import type { Database } from '../db/index.ts'
import { type FoundKey, findKeyByHash, findKeyById } from '../keys/index.ts'

/** A look-up under way, and whose changes were told since it began. */
type Looking = { readonly found: Promise<FoundKey | undefined>; readonly changed: Set<string> }

const KEYS_MAX = 200_000
const EVERYTHING = '*'

/** Keys and what binds them, read once from the database and dropped at any change; one look-up at a time for each. */
export class KeyDirectory {
  readonly #database: Database
  readonly #byId = new Map<string, FoundKey>()
  readonly #looking = new Map<string, Looking>()

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
    this.#noteChange(keyId)
    this.#byId.delete(keyId)
  }

  forgetAccount(accountId: string): void {
    this.#noteChange(accountId)
    for (const [keyId, key] of this.#byId) if (key.accountId === accountId) this.#byId.delete(keyId)
  }

  forgetAll(): void {
    this.#noteChange(EVERYTHING)
    this.#byId.clear()
  }

  #once(name: string, look: () => Promise<FoundKey | undefined>): Promise<FoundKey | undefined> {
    const running = this.#looking.get(name)
    if (running !== undefined) return running.found
    const changed = new Set<string>()
    const found = this.#look(look, changed).finally(() => this.#looking.delete(name))
    this.#looking.set(name, { found, changed })
    return found
  }

  /** Looks until what was found is not older than a change that was told meanwhile: a revoked key must not come back by a slow answer. */
  async #look(look: () => Promise<FoundKey | undefined>, changed: Set<string>): Promise<FoundKey | undefined> {
    for (;;) {
      changed.clear()
      const found = await look()
      if (found === undefined) return undefined
      if (changed.has(found.keyId) || changed.has(found.accountId) || changed.has(EVERYTHING)) continue
      this.#remember(found)
      return found
    }
  }

  #noteChange(id: string): void {
    for (const { changed } of this.#looking.values()) changed.add(id)
  }

  #remember(found: FoundKey): void {
    if (this.#byId.size >= KEYS_MAX) this.#byId.clear()
    this.#byId.set(found.keyId, found)
  }
}
