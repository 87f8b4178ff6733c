import { type Mutant, mutantsOf } from '../../mutants/index.ts'

/** Guards of money against strangers, and of the house's own secrets; each row takes one away. */
export const MONEY_GUARDS: readonly Mutant[] = [
  ...mutantsOf('src/payments/rails/stripe', { test: 'src/payments/rails/stripe/webhook.test.ts' }, [
    [
      'signed-events',
      'what anybody tells of Stripe is believed',
      'return hintOf(stripe.webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS, undefined, now))',
      'return hintOf(JSON.parse(body.toString()))',
    ],
    [
      'late-events',
      'an event is believed however old it is',
      'if (!(Math.abs(Math.floor(now / 1000) - seconds) <= TOLERANCE_SECONDS)) return undefined',
      '',
    ],
  ]),
  ...mutantsOf('src/payments/rails/stripe', { test: 'src/payments/rails/stripe/cards.test.ts' }, [
    ['webhook-secret', 'a webhook stands open with an empty secret', ' || !WEBHOOK_SECRET.test(webhookSecret)', ''],
  ]),
  ...mutantsOf('src/payments/wishes', { test: 'src/payments/wishes/wishes.test.ts' }, [
    [
      'back-owner',
      'money of a payment goes back for another account',
      "if (known?.accountId !== accountId) return fail('payment_unknown')",
      "if (known === undefined) return fail('payment_unknown')",
    ],
    ['back-twice', 'a payment is asked back while money of it is on its way', "if (isGoing) fail('refund_on_its_way')", ''],
    [
      'back-rules',
      'a payment is asked back whatever the rules say',
      "requireRefundable(policy, { by: 'operator'",
      "requireRefundable(policy, { by: 'wish'",
    ],
  ]),
  ...mutantsOf('src/catalog', { test: 'src/catalog/catalog.test.ts' }, [
    ['price-above-zero', 'a model is sold for nothing', "if (meaning === 'sold' && isZero)", 'if (false)'],
    [
      'key-of-its-host',
      'an upstream’s key goes along to another host',
      'row === undefined || !isSameHost(row.base_url, body.base_url)',
      'row === undefined',
    ],
  ]),
]
