import { ACCOUNT_ENDS_DAYS, featuresOf, usageDaysOf } from '../facts.ts'
import type { Statement } from '../statement.ts'

/** How long things are kept. */
export const TIME: readonly Statement[] = [
  {
    ...{ id: 'usage-expires', section: 'time', kind: 'promise', topic: 'How long notes of calls are kept' },
    text: ({ inventory }) =>
      `Notes of calls are kept for at most ${usageDaysOf(inventory)} days. Then they are deleted by the system itself, with no hand needed.`,
    measure: ({ inventory }) => usageDaysOf(inventory),
  },
  {
    ...{ id: 'usage-sooner', section: 'time', kind: 'promise', topic: 'Keeping notes of calls for less time' },
    text: () => 'An account can have its notes of calls deleted sooner, after any number of days from 1.',
  },
  {
    ...{ id: 'usage-sooner-where', section: 'time', kind: 'right', topic: 'Where notes of calls are set to go sooner' },
    text: () => 'The owner of the account sets that on the page /dashboard/privacy, without asking anybody.',
  },
  {
    ...{ id: 'aggregates', section: 'time', kind: 'promise', topic: 'What stays of old calls' },
    text: ({ inventory }) =>
      featuresOf(inventory).hasAggregates
        ? 'After that only sums stay, each over at least 11 accounts of which none makes up more than half.'
        : undefined,
    needs: 'no sums over accounts are kept',
  },
  {
    ...{ id: 'account-while-active', section: 'time', kind: 'disclosure', topic: 'How long account data is kept' },
    text: () => 'The data of your account is kept for as long as you have the account.',
  },
  {
    ...{ id: 'account-ends', section: 'time', kind: 'promise', topic: 'After an account is deleted' },
    text: () =>
      `When an account is deleted, its keys stop at once. What could name you is unreadable everywhere, backups too, within ${ACCOUNT_ENDS_DAYS} days.`,
    measure: () => ACCOUNT_ENDS_DAYS,
  },
  {
    ...{ id: 'each-expires', section: 'time', kind: 'promise', topic: 'An end for each item' },
    text: () => 'Each item in the list below has a time after which it goes, and a job that sees to it.',
  },
]
