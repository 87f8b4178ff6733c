/** What a provider has counted for one call: tokens by class, none of them twice, and what it charges, in nano-USD. */
export type BilledCall = {
  /** The UTC day, such as "2026-11-26". */
  readonly day: string
  readonly model: string
  readonly input: number
  readonly cached: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  readonly output: number
  readonly chargedNano: bigint
}

/** The sums of one day and model. */
export type BilledSum = Omit<BilledCall, 'day'> & { readonly requests: number }

/** How reports are told: as they are by default. */
export type ReportManner = {
  /** Days that are not told of yet. */
  readonly lagging?: ReadonlySet<string>
  /** Results on a page; all of them by default. */
  readonly pageSize?: number
  /** Only costs name the models, as those that draw or speak; for protocols whose usage report tells of some models alone. */
  readonly isCostsOnly?: boolean
  /** Amounts as text instead of numbers, where the protocol has numbers. */
  readonly isText?: boolean
  /** Amounts with the noise of a float added far below a nano-dollar. */
  readonly isNoisy?: boolean
  /** Instead of a report: an error, a page of HTML, a report in euros, one of other fields, one of the day before, more bytes than anyone reads. */
  readonly fault?: ReportFault
}

/** Things that go wrong with reports. */
export type ReportFault =
  | 'error-500'
  | 'unauthorized-401'
  | 'html'
  | 'euro'
  | 'other-fields'
  | 'other-day'
  | 'endless-pages'
  | 'huge'
  | 'redirect'

/** The books of a provider: the truth, and how it is told. */
export class SimBilling {
  manner: ReportManner = {}
  readonly #sums = new Map<string, Map<string, BilledSum>>()

  /** Counts a call. */
  record(call: BilledCall): void {
    const day = this.#sums.get(call.day) ?? new Map<string, BilledSum>()
    this.#sums.set(call.day, day)
    const known = day.get(call.model) ?? { ...NOTHING, model: call.model }
    day.set(call.model, {
      model: call.model,
      requests: known.requests + 1,
      input: known.input + call.input,
      cached: known.cached + call.cached,
      cacheWrite5m: known.cacheWrite5m + call.cacheWrite5m,
      cacheWrite1h: known.cacheWrite1h + call.cacheWrite1h,
      output: known.output + call.output,
      chargedNano: known.chargedNano + call.chargedNano,
    })
  }

  /** Charges more (or less) for what was used. */
  overcharge(day: string, model: string, nano: bigint): void {
    const known = this.#sums.get(day)?.get(model)
    if (known === undefined) throw new RangeError('nothing was used that could be charged')
    this.#sums.get(day)?.set(model, { ...known, chargedNano: known.chargedNano + nano })
  }

  /** What is told of a day, by model. */
  told(day: string): readonly BilledSum[] {
    if (this.manner.lagging?.has(day) === true) return []
    return [...(this.#sums.get(day)?.values() ?? [])]
  }
}

const NOTHING: Omit<BilledSum, 'model'> = { requests: 0, input: 0, cached: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, chargedNano: 0n }
