import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, type CallPlan, call } from '../calls.ts'

const TRIES_MAX = 10

/** An answer, and how often 503 with Retry-After came before it. */
export type Patient = { readonly answer: Answer; readonly waits: number }

/**
 * Calls as clients do: what a node has too much to do for, which charges nothing, is asked for again when it says, of the node that `base`
 * names then. A 503 that tells no time, or comes ten times, is the answer.
 */
export async function callPatiently(plan: Omit<CallPlan, 'base'>, base: () => string): Promise<Patient> {
  for (let waits = 0; ; waits += 1) {
    const answer = await call({ ...plan, base: base() })
    const seconds = Number(answer.headers['retry-after'])
    if (answer.status !== 503 || !(seconds > 0) || waits >= TRIES_MAX) return { answer, waits }
    await sleep(seconds * 1_000)
  }
}
