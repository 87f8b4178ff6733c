import { purposesInWords } from '../../purposes.ts'
import type { Statement } from '../statement.ts'

/** What data is used for. */
export const USE: readonly Statement[] = [
  {
    ...{ id: 'use-service', section: 'use', kind: 'disclosure', topic: 'Running the service' },
    text: () => 'We use your data to answer your calls and to keep the service running.',
  },
  {
    ...{ id: 'use-billing', section: 'use', kind: 'disclosure', topic: 'Billing' },
    text: () => 'We use counts of tokens and prices to work out what each call costs, to keep your balance, and to explain your bill.',
  },
  {
    ...{ id: 'use-health', section: 'use', kind: 'disclosure', topic: 'Health of the service' },
    text: () => 'We use times, status codes and counts to see whether the service is healthy.',
  },
  {
    ...{ id: 'use-abuse', section: 'use', kind: 'disclosure', topic: 'Abuse and fraud' },
    text: () => 'We use counts of calls to hold limits and to stop abuse and fraud.',
  },
  {
    ...{ id: 'abuse-by-counts', section: 'use', kind: 'promise', topic: 'How abuse is found' },
    text: () => 'What stops abuse works on counts and times. It never looks at what you wrote.',
  },
  {
    ...{ id: 'use-notices', section: 'use', kind: 'disclosure', topic: 'Notices' },
    text: () =>
      'We write to you about security, about changes that touch you, about models that end, and to answer you. These letters are part of the service.',
  },
  {
    ...{ id: 'statistics', section: 'use', kind: 'promise', topic: 'Statistics' },
    text: () => 'Statistics are made from sums over many accounts. No account can be told from them.',
  },
  {
    ...{ id: 'closed-purposes', section: 'use', kind: 'promise', topic: 'Other uses' },
    text: purposesInWords,
  },
  {
    ...{ id: 'exact-money', section: 'use', kind: 'promise', topic: 'Exact balances' },
    text: () => 'Deposits and charges are kept to the billionth of a dollar, and your balance is what they add up to.',
  },
  {
    ...{ id: 'speed', section: 'use', kind: 'promise', topic: 'Speed' },
    text: () => 'Calls travel encrypted, and the time that we add to them is measured and published with the release.',
  },
  {
    ...{ id: 'key-by-key', section: 'use', kind: 'promise', topic: 'Counting by key' },
    text: () => 'What each key uses is counted for that key, and keys together cannot spend more than the account has.',
  },
]
