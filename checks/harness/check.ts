/** How much of a check is run: before a merge, every night, before a release. */
export const TIERS = ['pr', 'nightly', 'release'] as const
export type Tier = (typeof TIERS)[number]

/** One entry of the check catalogue. It is loaded when it is run. */
export type Check = {
  /** Its name in the catalogue, such as MON-03. */
  readonly id: string
  /** What holds when it is green. */
  readonly title: string
  /** What `n` counts, such as "calls". */
  readonly unit: string
  /** `n` by tier; 0 leaves it out of that tier. */
  readonly sizes: Readonly<Record<Tier, number>>
  /** It holds Farebox to seconds, so before a merge nothing that is as urgent runs beside it. */
  readonly isTimed?: true
  readonly load: () => Promise<RunCheck>
}

/** What a check works with. */
export type CheckContext = {
  readonly n: number
  readonly seed: number
  readonly tier: Tier
  /** Tells a person how it goes. */
  readonly progress: (text: string) => void
  /** Notes that something does not hold; every call is one failure. */
  readonly fail: (what: string) => void
  /** Notes a failure unless `holds`; returns `holds`. */
  readonly expect: (holds: boolean, what: string) => boolean
}

/** A figure of a result. */
export type Figure = number | string | boolean

/** What a check measured: `n` is what it ran for in the end. */
export type Measured = { readonly n: number; readonly measured: Readonly<Record<string, Figure>> }

/** Runs a check; throws NotRunError when this host cannot run it. */
export type RunCheck = (context: CheckContext) => Promise<Measured>

/** Why a check cannot run here; such a check is never green. */
export class NotRunError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'NotRunError'
  }
}
