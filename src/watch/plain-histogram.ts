import { Histogram, type MetricObjectWithValues, type MetricValueWithName, type Registry } from 'prom-client'
import { placeAmong } from '../lib/index.ts'

/** How often a value lay at or below each bound and above the one before, the last for those above all; and their sum. */
type Series = { readonly counts: number[]; sum: number }

/** Some values between two bounds, by the place of the upper one: how many, and their sum. */
export type Counted = { readonly place: number; readonly count: number; readonly sum: number }

/** What a histogram is told by: upper bounds ascending, and the one label that it may have. */
export type HistogramShape = {
  readonly name: string
  readonly help: string
  readonly bounds: readonly number[]
  readonly label?: string
  readonly registers: Registry[]
}

/**
 * A histogram kept in plain numbers, which are told when somebody asks: what is observed costs a few comparisons and two additions, where the
 * library makes objects and texts each time.
 */
export class PlainHistogram extends Histogram {
  readonly #shape: HistogramShape
  /** What the library says of such a histogram besides its values. */
  readonly #empty: Histogram
  readonly #series = new Map<string, Series>()

  constructor(shape: HistogramShape) {
    const { name, help, bounds, label, registers } = shape
    const told = { name, help, buckets: [...bounds], labelNames: label === undefined ? [] : [label] }
    super({ ...told, registers })
    this.#empty = new Histogram({ ...told, registers: [] })
    this.#shape = shape
    if (label === undefined) this.#seriesOf('')
  }

  #seriesOf(value: string): Series {
    const found = this.#series.get(value)
    if (found !== undefined) return found
    const begun = { counts: [...this.#shape.bounds.map(() => 0), 0], sum: 0 }
    this.#series.set(value, begun)
    return begun
  }

  /** Counts one value under that of the label, '' where there is none. */
  add(labelled: string, value: number): void {
    this.addCounted(labelled, { place: placeAmong(this.#shape.bounds, value), count: 1, sum: value })
  }

  /** Counts values that somebody else counted by the same bounds; those at a place that is none are left out. */
  addCounted(labelled: string, { place, count, sum }: Counted): void {
    const series = this.#seriesOf(labelled)
    const before = series.counts[place]
    if (before === undefined) return
    series.counts[place] = before + count
    series.sum += sum
  }

  override async get(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
    return { ...(await this.#empty.get()), values: [...this.#series].flatMap(([value, series]) => this.#told(value, series)) }
  }

  /** What the registry asks for a text, where the library leaves out what it need not spell twice. */
  getForPromString(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
    return this.get()
  }

  #told(labelled: string, { counts, sum }: Series): MetricValueWithName<string>[] {
    const { name, bounds, label } = this.#shape
    const labels: Record<string, string | number> = label === undefined ? {} : { [label]: labelled }
    let below = 0
    const values: MetricValueWithName<string>[] = []
    for (const [place, count] of counts.entries()) {
      below += count
      values.push({ metricName: `${name}_bucket`, labels: { le: bounds[place] ?? '+Inf', ...labels }, value: below })
    }
    return [...values, { metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: below }]
  }
}
