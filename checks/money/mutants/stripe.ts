import { type Mutant, mutantsOf } from '../../mutants/index.ts'

const FOLDER = 'src/payments/rails/stripe'

/** Defects in what takes cards: what is believed, of whom, and how often. */
export const STRIPE_MUTANTS: readonly Mutant[] = [
  ...mutantsOf(FOLDER, { test: 'src/payments/rails/stripe/webhook.test.ts' }, [
    [
      'signature-skipped',
      'an event is taken from anybody',
      'stripe.webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS, undefined, now)',
      'JSON.parse(body.toString())',
    ],
    [
      'told-twice-paid-twice',
      'each telling of a payment is a payment of its own',
      'externalId: intent.id,',
      'externalId: `${intent.id}${process.hrtime.bigint()}`,',
    ],
    [
      'any-amount-will-do',
      'what was asked for is credited, whatever was paid',
      "intent.receivedCents === centsOfNano(payment.amount) ? undefined : 'payment_amount_mismatch'",
      'undefined',
    ],
  ]),
  ...mutantsOf(FOLDER, { prove: 'MON-08', n: 30 }, [
    [
      'metadata-trusted',
      'a payment is whose its metadata say',
      '?? (await findCharged(parts, intent))',
      '?? (await findPayment(database, intent.paymentId ?? crypto.randomUUID()))',
    ],
  ]),
]
