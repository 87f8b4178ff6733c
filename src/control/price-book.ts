import { priceOfVersion } from '../catalog/index.ts'
import type { Database } from '../db/index.ts'
import type { Catalog, Price } from '../spec/index.ts'

/** Prices by version, and what routes cost the house. Versions never change, so what is known stays. */
export class PriceBook {
  readonly #database: Database
  readonly #prices = new Map<number, Price>()
  readonly #costs = new Map<number, Price>()

  constructor(database: Database) {
    this.#database = database
  }

  /** Learns the versions of a catalogue, and what its routes cost now. */
  learn(catalog: Catalog): void {
    for (const model of catalog.models) {
      this.#prices.set(model.priceVersion, model.price)
      for (const { serial, cost } of model.routes) this.#learnCost(serial, cost)
    }
  }

  /** What the upstream of a route asks of the house; undefined when nobody said. */
  costOf(routeSerial: number): Price | undefined {
    return this.#costs.get(routeSerial)
  }

  /** The price of a version, if it is known without asking. */
  peek(version: number): Price | undefined {
    return this.#prices.get(version)
  }

  /** The price of a version; rejects when there is none or the database cannot be asked. */
  async find(version: number): Promise<Price> {
    const known = this.#prices.get(version)
    if (known !== undefined) return known
    const price = await priceOfVersion(this.#database, version)
    this.#prices.set(version, price)
    return price
  }

  #learnCost(routeSerial: number, cost: Price | undefined): void {
    if (cost === undefined) this.#costs.delete(routeSerial)
    else this.#costs.set(routeSerial, cost)
  }
}
