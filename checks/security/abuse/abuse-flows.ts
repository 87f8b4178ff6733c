import { stopTestServer } from '../../../src/db/testing.ts'
import type { CheckContext, Figure, Measured } from '../../harness/index.ts'
import { cardTesting } from './card-testing.ts'
import { creditFarming } from './credit-farming.ts'
import { dailyCap } from './daily-cap.ts'
import { signUpFarming } from './sign-up-farming.ts'
import { spendingSpikes } from './spending-spikes.ts'

/**
 * SEC-16: accounts are not farmed from one address or by spellings of one mailbox; credit for nothing is off, and where it is on no number of accounts,
 * promotions or referrals takes more than its caps; cards are tried a few times an hour and no more; a key that is used from many places raises an
 * alarm and works on; whoever reads prices is let; a spike is an alarm within a minute of the clock and pauses its key; a capped key spends not one
 * nano-dollar more.
 */
export async function abuseFlows(context: CheckContext): Promise<Measured> {
  try {
    const figures: Record<string, Figure> = {}
    for (const [name, flow] of Object.entries({ signUpFarming, creditFarming, cardTesting, spendingSpikes, dailyCap })) {
      Object.assign(figures, await flow(context))
      context.progress(name)
    }
    return { n: context.n, measured: figures }
  } finally {
    await stopTestServer()
  }
}
