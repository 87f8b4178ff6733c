/** What can need a hand, in a letter; how much of it stands before the words. */
const WORDS: Readonly<Record<string, string>> = {
  books_broken: 'books that do not agree',
  accounts_frozen: 'frozen accounts',
  overdue_settlements: 'calls or days not settled in time',
  reconciliation_alarms: 'days with other sums elsewhere',
  privacy_late: 'late privacy requests',
  support_late: 'late support requests',
  incidents_open: 'incidents',
  key_alarms: 'alarms over keys',
  upstreams_open: 'upstreams that fail',
  payment_problems: 'payments that fit nothing',
  credits_waiting: 'credits for a second person',
  refunds_asked: 'refunds asked for',
  models_unpriced: 'models without a price',
  privacy_open: 'privacy requests',
  support_open: 'support requests',
}

/** What needs a hand in one line, the most pressing first; figures and nothing about one person. */
export const concernsLine = (concerns: readonly { readonly kind: string; readonly count: number }[]): string =>
  concerns.map(({ kind, count }) => `${count} × ${WORDS[kind] ?? kind}`).join(', ')
