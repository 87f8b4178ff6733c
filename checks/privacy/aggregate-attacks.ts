import { CANDIDATES, COARSE, type Crowd, type Sums } from './aggregate-crowds.ts'

/** What is told of a day and model. */
export type Released = Sums

/** A trial: what was planted, what is told of its cell, and all calls of its day. An attack looks at `crowd` only to learn or to be judged. */
export type Release = { readonly crowd: Crowd; readonly released: Released | undefined; readonly total: number }

/** How an attack did. */
export type Judged = { readonly right: number; readonly tried: number }

/** An attack that learns from some trials and is tried on others. */
export type Attack = {
  readonly name: string
  /** How often guessing is right. */
  readonly chance: number
  /** Whether it has to succeed where cells are told to the digit and of any crowd. */
  readonly canSee: boolean
  readonly by: (known: readonly Release[], tried: readonly Release[]) => Judged
}

/** A figure of a trial by which to tell whether the account is in it. */
type Figure = (trial: Release) => number

/** Learns the threshold that tells best, in either direction, then uses it. */
const byThreshold =
  (figure: Figure) =>
  (known: readonly Release[], tried: readonly Release[]): Judged => {
    const guess = ({ threshold, isAbove }: Rule, trial: Release): boolean => figure(trial) >= threshold === isAbove
    const score = (rule: Rule, trials: readonly Release[]): number =>
      trials.filter((trial) => guess(rule, trial) === trial.crowd.isPlanted).length
    const rules = [...new Set(known.map(figure))].flatMap((threshold) => [true, false].map((isAbove) => ({ threshold, isAbove })))
    const best = rules.reduce((a, b) => (score(b, known) > score(a, known) ? b : a), rules[0] ?? { threshold: 0, isAbove: true })
    return { right: score(best, tried), tried: tried.length }
  }
type Rule = { readonly threshold: number; readonly isAbove: boolean }

/** Takes the last digits of a sum for those of the account, where it is known to be in a cell that is told. */
function byDigits(_known: readonly Release[], tried: readonly Release[]): Judged {
  const told = tried.filter(({ crowd, released }) => crowd.isPlanted && released !== undefined)
  const right = told.filter(({ crowd, released }) => {
    const digits = ((released?.input ?? 0) % COARSE) / (COARSE / CANDIDATES)
    return Math.round(digits) % CANDIDATES === crowd.candidate
  })
  return { right: right.length, tried: Math.max(1, told.length) }
}

/** Whether the digits of the input are other than everybody else's make them: the account gives itself away unless it is a thousand's. */
const isOdd: Figure = ({ released }) => ((released?.input ?? 0) % COARSE === 0 ? 0 : 1)

/** What is tried: being told at all, sums, what is left of the day's total, odd digits, and which digits. */
export const ATTACKS: readonly Attack[] = [
  { name: 'existence', chance: 0.5, canSee: false, by: byThreshold(({ released }) => (released === undefined ? 0 : 1)) },
  { name: 'calls', chance: 0.5, canSee: false, by: byThreshold(({ released }) => released?.calls ?? 0) },
  { name: 'tokens', chance: 0.5, canSee: false, by: byThreshold(({ released }) => released?.output ?? 0) },
  { name: 'difference', chance: 0.5, canSee: false, by: byThreshold(({ released, total }) => total - (released?.calls ?? 0)) },
  { name: 'odd_digits', chance: 0.5, canSee: true, by: byThreshold(isOdd) },
  { name: 'digits', chance: 1 / CANDIDATES, canSee: true, by: byDigits },
]
