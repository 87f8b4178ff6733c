import { type Mutant, mutantsOf } from '../../mutants/index.ts'

/** Defects in what is sold by time: seats, periods, what comes back of them, and until when their keys serve. */
export const PLAN_MUTANTS: readonly Mutant[] = [
  ...mutantsOf('src/plans', { test: 'src/plans/pools.test.ts' }, [
    ['seat-sold-twice', 'two buyers can have the last seat', 'and b.block = ${block} for update of b`', 'and b.block = ${block}`'],
  ]),
  ...mutantsOf('src/plans', { test: 'src/plans/subscriptions.test.ts' }, [
    [
      'period-paid-again',
      'a period is asked for under another key each time',
      '`subscription:${id}:${start.toISOString()}`',
      '`subscription:${id}:${performance.now()}`',
    ],
  ]),
  ...mutantsOf('src/plans', { prove: 'PLN-02', n: 6 }, [
    [
      'unused-rounded-up',
      'a nano-dollar more comes back than was not used',
      '(price * BigInt(end - at)) / BigInt(end - start)',
      '(price * BigInt(end - at)) / BigInt(end - start) + 1n',
    ],
  ]),
  ...mutantsOf('src/limits', { test: 'src/limits/time-block.test.ts' }, [
    ['seat-late', 'a seat serves a millisecond after its block', 'at >= from && at < to', 'at >= from && at <= to'],
  ]),
  ...mutantsOf('src/control', { test: 'src/control/subscription-keys.test.ts' }, [
    [
      'ended-serves',
      'a key serves at the moment that its subscription ends',
      'endsAt <= now) return { reason:',
      'endsAt < now) return { reason:',
    ],
  ]),
]
