import type { Catalog } from '../spec/index.ts'
import { LatestRun } from './latest-run.ts'

/** Where the catalogue comes from and who is told of it. */
export type CatalogSource = {
  readonly load: () => Promise<Catalog>
  /** Milliseconds until the next scheduled price begins to hold; undefined when none is. */
  readonly millisToNext: () => Promise<number | undefined>
  readonly publish: (catalog: Catalog) => void
  /** Told when the catalogue could not be read; it is tried again. */
  readonly onUnread: (thrown: unknown) => void
}

const RETRY_MS = 1_000
/** The longest wait for a scheduled price, so that a clock that is set does not make it late by more. */
const LOOK_AGAIN_MS = 60_000

/** Publishes the catalogue whenever it changes, by what is written and by the coming of a time; never an older one after a newer one. */
export class CatalogPublisher {
  readonly #source: CatalogSource
  readonly #runs = new LatestRun(() => this.#run())
  #timer: NodeJS.Timeout | undefined

  constructor(source: CatalogSource) {
    this.#source = source
  }

  /** Publishes what holds now; rejects when it cannot be read. For the start, before refresh is called. */
  async publish(): Promise<void> {
    // Asked before the catalogue is read, so that a price that begins in between is read, or waited for.
    const millis = await this.#source.millisToNext()
    const catalog = await this.#source.load()
    if (this.#runs.isClosed) return
    this.#source.publish(catalog)
    this.#wakeIn(millis)
  }

  /** Something may have changed: publishes what holds now, as soon as it can be read. */
  refresh(): void {
    this.#runs.ask()
  }

  /** Ends; nothing is published any more. */
  close(): void {
    this.#runs.close()
    clearTimeout(this.#timer)
  }

  async #run(): Promise<void> {
    try {
      await this.publish()
    } catch (thrown) {
      this.#source.onUnread(thrown)
      this.#wakeIn(RETRY_MS)
    }
  }

  #wakeIn(millis: number | undefined): void {
    clearTimeout(this.#timer)
    if (millis === undefined || this.#runs.isClosed) return
    this.#timer = setTimeout(() => this.refresh(), Math.min(Math.ceil(millis), LOOK_AGAIN_MS)).unref()
  }
}
