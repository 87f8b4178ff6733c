import type { SimStripe } from '../../../sim/index.ts'
import type { StripeRail } from '../../../src/payments/index.ts'

/** Tells a rail all that happened at a Stripe since a number of events, in their order. */
export async function tellRail(rail: Pick<StripeRail, 'takeEvent'>, sim: SimStripe, since: number): Promise<void> {
  for (const event of sim.account.events.slice(since)) {
    const { body, headers } = sim.deliver(event)
    await rail.takeEvent({ body: Buffer.from(body), signature: headers['stripe-signature'] })
  }
}
