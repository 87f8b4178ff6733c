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
  ...mutantsOf(FOLDER, { test: 'src/control/card-renewals.test.ts' }, [
    ['unseen-price-charged', 'a price is charged that nobody saw', 'and d.price <= greatest(', 'and d.price >= greatest('],
    ['day-without-end', 'a day has no maximum', 'lackOf(each) <= most', 'lackOf(each) > 0n'],
    [
      'refused-card-again',
      'a card that said no is asked for the period again and again',
      "update card_renewal set state = 'off', outcome = ${outcome}",
      "update card_renewal set state = 'on', outcome = ${outcome}",
    ],
    [
      'lack-rounded-down',
      'a card pays a part of a cent too little',
      '((lack + NANO_IN_CENT - 1n) / NANO_IN_CENT)',
      '(lack / NANO_IN_CENT)',
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
