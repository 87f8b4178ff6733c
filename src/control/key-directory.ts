import { type Database, DatabaseError } from '../db/index.ts'
import { type FoundKey, findKeyByHash, findKeyById, findSpending } from '../keys/index.ts'
import type { Clock, Network } from '../lib/index.ts'

/** A look-up under way, whose changes were told since it began, and until when others wait for it. */
type Looking = { readonly found: Promise<FoundKey | undefined>; readonly changed: Set<string>; readonly waitUntil: number }

const KEYS_MAX = 200_000
/** Whoever asks waits so long for the database and is then told that it cannot be asked; the look-up goes on for those who come after. */
const WAIT_MS = 700
/** Gateways that ask for the same key one after the other share one look-up for so long. */
const FRESH_MS = 10_000
const EVERYTHING = '*'

type Limits = FoundKey['spending']

/** What a directory is made with. */
export type KeyDirectoryOptions = {
  readonly clock: Pick<Clock, 'monotonic'>
  /** 700 when left out. */
  readonly waitMs?: number
  /** What bounds a key's spending besides what is written of it, such as what the house sets for every key. */
  readonly bindSpending?: (keyId: string, limits: Limits) => Limits
  /** Opens the ranges of addresses that calls of a key may come from; without it a key that is bound to some is let in from nowhere. */
  readonly openRanges?: (found: FoundKey) => Promise<readonly Network[] | undefined>
}

/** Keys and what binds them, read once from the database and dropped at any change; one look-up at a time for each. */
export class KeyDirectory {
  readonly #database: Database
  readonly #byId = new Map<string, FoundKey>()
  /** What was found by a hash, and until when that is told again without asking, as long as nothing else was read of the key since. */
  readonly #byHash = new Map<string, { readonly found: FoundKey; readonly freshUntil: number }>()
  readonly #looking = new Map<string, Looking>()
  readonly #options: KeyDirectoryOptions
  #lookUps = 0

  constructor(database: Database, options: KeyDirectoryOptions) {
    this.#database = database
    this.#options = options
  }

  /** How often the database was asked so far. */
  get lookUps(): number {
    return this.#lookUps
  }

  /** The key of a hash; undefined when there is none or it is revoked. Rejects, soon, when the database cannot be asked. */
  async findByHash(hash: Buffer): Promise<FoundKey | undefined> {
    const name = hash.toString('hex')
    const known = this.#byHash.get(name)
    const isFresh = known !== undefined && known.freshUntil > this.#options.clock.monotonic()
    if (isFresh && this.#byId.get(known.found.keyId) === known.found) return known.found
    const found = await this.#once(name, async () => await this.#open(this.#bind(await findKeyByHash(this.#database, hash))))
    if (found !== undefined && this.#byId.get(found.keyId) === found) this.#rememberHash(name, found)
    return found
  }

  /** The key of an id, if it is known without asking. */
  peek(keyId: string): FoundKey | undefined {
    return this.#byId.get(keyId)
  }

  /** The key of an id, like findByHash. */
  findById(keyId: string): Promise<FoundKey | undefined> {
    return this.#once(keyId, async () => this.#bind(await findKeyById(this.#database, keyId)))
  }

  /** What bounds the spending of a key, revoked or not; rejects when the database cannot be asked. */
  async findSpending(keyId: string): Promise<Limits> {
    const known = this.#byId.get(keyId)
    if (known !== undefined) return known.spending
    return this.#bindSpending(keyId, await findSpending(this.#database, keyId))
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
    this.#byHash.clear()
  }

  #once(name: string, look: () => Promise<FoundKey | undefined>): Promise<FoundKey | undefined> {
    const running = this.#looking.get(name)
    if (running !== undefined) return this.#waitFor(running)
    const changed = new Set<string>()
    const found = this.#look(look, changed).finally(() => this.#looking.delete(name))
    const looking = { found, changed, waitUntil: this.#options.clock.monotonic() + this.#waitMs }
    this.#looking.set(name, looking)
    return this.#waitFor(looking)
  }

  /** Looks until what was found is not older than a change that was told meanwhile: a revoked key must not come back by a slow answer. */
  async #look(look: () => Promise<FoundKey | undefined>, changed: Set<string>): Promise<FoundKey | undefined> {
    for (;;) {
      changed.clear()
      this.#lookUps += 1
      const found = await look()
      if (found === undefined) return undefined
      if (changed.has(found.keyId) || changed.has(found.accountId) || changed.has(EVERYTHING)) continue
      this.#remember(found)
      return found
    }
  }

  /** With the ranges of addresses that gateways are told of. Where they cannot be opened, nobody is told anything of the key. */
  async #open(found: FoundKey | undefined): Promise<FoundKey | undefined> {
    if (found?.ipRangesSealed === undefined) return found
    return { ...found, ipRanges: (await this.#options.openRanges?.(found)) ?? [] }
  }

  #bind(found: FoundKey | undefined): FoundKey | undefined {
    if (found === undefined || this.#options.bindSpending === undefined) return found
    return { ...found, spending: this.#bindSpending(found.keyId, found.spending) }
  }

  #bindSpending(keyId: string, limits: Limits): Limits {
    return this.#options.bindSpending === undefined ? limits : this.#options.bindSpending(keyId, limits)
  }

  #noteChange(id: string): void {
    for (const { changed } of this.#looking.values()) changed.add(id)
  }

  #remember(found: FoundKey): void {
    if (this.#byId.size >= KEYS_MAX) this.#byId.clear()
    this.#byId.set(found.keyId, found)
  }

  #rememberHash(name: string, found: FoundKey): void {
    if (this.#byHash.size >= KEYS_MAX) this.#byHash.clear()
    this.#byHash.set(name, { found, freshUntil: this.#options.clock.monotonic() + FRESH_MS })
  }

  get #waitMs(): number {
    return this.#options.waitMs ?? WAIT_MS
  }

  /** What is found, or query_timeout; at once for whoever comes when the time for it is over. */
  async #waitFor({ found, waitUntil }: Looking): Promise<FoundKey | undefined> {
    const waitMs = waitUntil - this.#options.clock.monotonic()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new DatabaseError('query_timeout')), Math.max(0, waitMs)).unref()
    })
    try {
      return await Promise.race([found, late])
    } finally {
      clearTimeout(timer)
    }
  }
}
