import { ratesOfVersion } from '../catalog/index.ts'
import type { Database } from '../db/index.ts'
import type { Catalog, Rates } from '../spec/index.ts'

/** Rates by price version. Versions never change, so what is known stays. */
export class PriceBook {
  readonly #database: Database
  readonly #rates = new Map<number, Rates>()

  constructor(database: Database) {
    this.#database = database
  }

  /** Learns the versions of a catalogue. */
  learn(catalog: Catalog): void {
    for (const model of catalog.models) this.#rates.set(model.priceVersion, model.rates)
  }

  /** The rates of a version, if they are known without asking. */
  peek(version: number): Rates | undefined {
    return this.#rates.get(version)
  }

  /** The rates of a version; rejects when there is none or the database cannot be asked. */
  async find(version: number): Promise<Rates> {
    const known = this.#rates.get(version)
    if (known !== undefined) return known
    const rates = await ratesOfVersion(this.#database, version)
    this.#rates.set(version, rates)
    return rates
  }
}
