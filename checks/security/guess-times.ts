import { sql } from '../../src/db/index.ts'
import { FailureError } from '../../src/failures.ts'
import { errorCode } from '../../src/lib/index.ts'
import type { CheckContext } from '../harness/index.ts'
import { type IdentityWorld, NOWHERE } from './identity-world.ts'
import { mean, trimmed, welch } from './welch.ts'

/** Guesses at known and at unknown e-mails each, by tier: 20,000 at release take hours of hashing. */
const PAIRS: Readonly<Record<CheckContext['tier'], number>> = { pr: 4, nightly: 1000, release: 20_000 }
const T_MAX = 4.5

/** What was measured: how many pairs, and Welch's t of their times. */
export type GuessTimes = { readonly timedPairs: number; readonly welchT: number; readonly knownMs: number; readonly unknownMs: number }

/**
 * Wrong guesses at a known and an unknown e-mail in turns, in either order, one at a time; their times have to be the same by Welch's t-test, without the
 * slowest of both, which are this machine's. Timing is judged from a thousand pairs on.
 */
export async function guessTimes(context: CheckContext, world: IdentityWorld): Promise<GuessTimes> {
  const { identity, kit } = world
  const known: number[] = []
  const unknown: number[] = []
  const names = ['target0@example.com', 'nobody0@example.com'] as const
  for (let pair = 0; pair < PAIRS[context.tier]; pair += 1) {
    for (const which of pair % 2 === 0 ? [0, 1] : [1, 0]) {
      const began = performance.now()
      const told = await identity.signIn({ email: names[which] ?? '', password: 'a wrong guess' }, NOWHERE).then(
        () => 'nothing',
        (thrown: unknown) => (thrown instanceof FailureError ? thrown.failure.code : errorCode(thrown)),
      )
      ;(which === 0 ? known : unknown).push(performance.now() - began)
      context.expect(told === 'sign_in_failed', `a timed guess is answered ${told}`)
    }
    // As if a quarter of an hour had passed for both.
    if (pair % 5 === 4) await kit.ownerDatabase.query(sql`delete from sign_in_guess`)
    if (pair % 500 === 499) context.progress(`${pair + 1} pairs timed`)
  }
  const welchT = welch(trimmed(known), trimmed(unknown))
  if (PAIRS[context.tier] >= 1000)
    context.expect(Math.abs(welchT) < T_MAX, `times tell known from unknown e-mails: t = ${welchT.toFixed(2)}`)
  return {
    timedPairs: PAIRS[context.tier],
    welchT: Math.round(welchT * 100) / 100,
    ...{ knownMs: Math.round(mean(trimmed(known)) * 100) / 100, unknownMs: Math.round(mean(trimmed(unknown)) * 100) / 100 },
  }
}
