import type { Failure } from '../../failures.ts'

/** A hold that was refused; `isFatal`: the session cannot go on without it. */
export class HoldRefused extends Error {
  readonly failure: Failure
  readonly isFatal: boolean
  constructor(told: Failure, isFatal: boolean) {
    super(told.code)
    this.failure = told
    this.isFatal = isFatal
  }
}
