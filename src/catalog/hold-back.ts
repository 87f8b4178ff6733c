import { allowedAfter } from './price-notice.ts'

/** Something to be asked for from a time on, in milliseconds. */
export type Timed<Asked> = { readonly effectiveAt: number; readonly asked: Asked }

/** What holds now, what is scheduled, how many days of notice a rise needs, and how what is asked compares. */
export type HoldingBack<Asked> = {
  readonly now: number
  readonly days: number
  readonly holds: Asked
  readonly coming: readonly Timed<Asked>[]
  readonly isSame: (one: Asked, other: Asked) => boolean
  readonly isRise: (before: Asked, after: Asked) => boolean
}

/** What is to be asked from now on, undefined where nothing is said of it, and from later times on. */
export type Asking<Asked> = { readonly now: Asked | undefined; readonly later: readonly Timed<Asked>[] }

/** The same as it may be; `held` are those of `later` that wait for their notice. */
export type HeldBack<Asked> = Asking<Asked> & { readonly held: readonly Timed<Asked>[] }

/**
 * What somebody wants to ask, with each rise that comes too soon moved to the first day that gives its notice; one that is scheduled already keeps
 * its day. What a later change overtakes meanwhile is left out.
 */
export function holdBackRises<Asked>(wanted: Asking<Asked>, at: HoldingBack<Asked>): HeldBack<Asked> {
  const { isSame, isRise, holds } = at
  const changes = wanted.later.toSorted((a, b) => a.effectiveAt - b.effectiveAt)
  const past = changes.filter((change) => hasBegun(change, at))
  const isAnother = wanted.now !== undefined && !isSame(wanted.now, holds)
  // A change that holds beats the price beside it, which then was never to be asked.
  const isBeaten = isAnother && isRise(holds, wanted.now) && past.some(({ asked }) => isSame(asked, holds))
  const first: readonly Timed<Asked>[] = isAnother && !isBeaten ? [{ effectiveAt: at.now, asked: wanted.now }] : []
  let kept: readonly Timed<Asked>[] = []
  for (const change of [...first, ...changes.filter((one) => !past.includes(one))]) {
    const placed = placeOf(change, kept, at)
    const isBefore = ({ effectiveAt, asked }: Timed<Asked>) =>
      effectiveAt < placed.effectiveAt || (effectiveAt === placed.effectiveAt && !isSame(asked, placed.asked))
    kept = [...kept.filter(isBefore), placed]
  }
  const written: readonly Timed<Asked>[] = [...first, ...changes]
  return {
    now: isBeaten || (first[0] !== undefined && !kept.includes(first[0])) ? undefined : wanted.now,
    later: [...past, ...kept.filter((change) => change !== first[0])],
    held: kept.filter((change) => !written.includes(change)),
  }
}

/** Whether a change is one of the past: its time has come, and it does not wait for a later one. */
const hasBegun = <Asked>({ effectiveAt, asked }: Timed<Asked>, { now, holds, coming, isSame }: HoldingBack<Asked>): boolean =>
  effectiveAt <= now && (isSame(asked, holds) || !coming.some((change) => isSame(change.asked, asked)))

/** A change as it may be: itself, or later. */
function placeOf<Asked>(change: Timed<Asked>, kept: readonly Timed<Asked>[], at: HoldingBack<Asked>): Timed<Asked> {
  const { asked, effectiveAt } = change
  const before = kept.findLast((one) => one.effectiveAt <= effectiveAt)?.asked ?? at.holds
  if (effectiveAt >= at.now + at.days * DAY_MS || !at.isRise(before, asked)) return change
  // What was announced keeps its notice: nobody pays more than they were told to expect.
  const told = at.coming.toSorted((a, b) => a.effectiveAt - b.effectiveAt)
  const expected = told.findLast((one) => one.effectiveAt <= effectiveAt)
  if (expected !== undefined && !at.isRise(expected.asked, asked)) return change
  const later = told.find((one) => one.effectiveAt > effectiveAt && at.isSame(one.asked, asked))?.effectiveAt
  const allowed = allowedAfter(at.now, at.days)
  return { asked, effectiveAt: later === undefined ? allowed : Math.min(later, allowed) }
}

const DAY_MS = 86_400_000
