import type { Failure } from '../../failures.ts'
import type { Outcome } from '../../spec/index.ts'

/** Why a session ends: what the client is told, and how parts that are under way have ended when nothing more is heard of them. */
export type SessionEnd = {
  readonly code: number
  readonly failure?: Failure
  readonly outcome: Outcome
  readonly status: number
}
