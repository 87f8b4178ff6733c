import { featuresOf, listed, namesOf } from '../facts.ts'
import type { Statement } from '../statement.ts'

/** Who else gets something. */
export const SHARE: readonly Statement[] = [
  {
    ...{ id: 'forwarded', section: 'share', kind: 'disclosure', topic: 'Providers of models' },
    text: ({ upstreams }) =>
      upstreams.some(({ placement }) => placement === 'third_party')
        ? `To be answered, your prompts go over an encrypted connection to the provider of the model you ask for: ${namesOf(upstreams)}. They read the text; that cannot be otherwise.`
        : 'All models run on machines of the operator. No other company gets your prompts.',
  },
  {
    ...{ id: 'upstream-terms', section: 'share', kind: 'disclosure', topic: "Providers' own rules" },
    text: () =>
      'Each provider has rules of its own for how long it keeps a text and whether it trains on it. The list of providers says what is known, with a link and the day it was checked; what was not checked for 180 days counts as unknown.',
  },
  {
    ...{ id: 'authorised', section: 'share', kind: 'promise', topic: 'Permission to resell a provider' },
    text: ({ attestations }) => {
      const found = attestations.find(({ clause }) => clause === 'S1.22')
      return found && `We may pass calls on to ${found.subject}: ${found.issuer} says so in a document that holds until ${found.expires}.`
    },
    needs: 'no attestation shows the permission now',
  },
  {
    ...{ id: 'route-told', section: 'share', kind: 'promise', topic: 'Which provider answered' },
    text: () => 'Each answer says in a header which provider gave it, in which country, and how long that provider keeps texts.',
  },
  {
    ...{ id: 'choose-routes', section: 'share', kind: 'promise', topic: 'Leaving providers out' },
    text: () => 'A key can be told which providers it may use and which it may not.',
  },
  {
    ...{ id: 'one-call', section: 'share', kind: 'promise', topic: 'Copies of calls' },
    text: () =>
      'A call goes to one provider at a time. If that one fails, the next on the published list is tried; no copy is sent for any other reason.',
  },
  {
    ...{ id: 'local-only', section: 'share', kind: 'promise', topic: 'Models on our own machines' },
    text: ({ upstreams }) =>
      upstreams.length > 0 && upstreams.every(({ placement }) => placement === 'local')
        ? 'Your prompts stay on our own machines, as all models here run on them.'
        : undefined,
    needs: 'some routes lead to other companies',
  },
  {
    ...{ id: 'not-sold', section: 'share', kind: 'promise', topic: 'Sale of data and advertising' },
    text: () =>
      'We sell, rent and trade no personal data. Besides the companies named here nobody gets any, and there is no advertising and no tracking.',
  },
  {
    ...{ id: 'vendors', section: 'share', kind: 'disclosure', topic: 'Vendors' },
    text: ({ inventory }) => vendorsOf(featuresOf(inventory)),
  },
  {
    ...{ id: 'law', section: 'share', kind: 'disclosure', topic: 'Authorities' },
    text: () =>
      'A law can make us hand data to an authority. We can hand over what the list below holds and nothing more, and we cannot hand over what we do not have.',
  },
]

function vendorsOf({ hasCards, hasCoins, hasMail, hasWebhooks, hasMessenger, issuers }: ReturnType<typeof featuresOf>): string {
  const parts = [
    ...(hasCards ? ['The payment company gets the amount, the currency and a number for your account.'] : []),
    ...(hasCoins ? ['To see a payment in crypto-currency we ask a public chain about it.'] : []),
    ...(hasMail ? ['The company that carries our mail gets your e-mail address and the letter.'] : []),
    ...(hasMessenger ? ['If you bind a chat of Telegram, Telegram, a company of its own, gets what we write to it.'] : []),
    ...(hasWebhooks ? ['If you name an address for webhooks, it gets ids, figures and times of what happens to your account.'] : []),
    ...(issuers.length > 0
      ? [
          `If you sign in with another service, it learns that you come here, and when: ${listed(issuers)}. We tell it nothing of your account.`,
        ]
      : []),
  ]
  return parts.length === 0 ? 'No payment company and no mail company is connected, so none gets anything.' : parts.join(' ')
}
