import { isoDate } from '../../src/lib/index.ts'

/** Something that a page asks, by a name of its own. */
export type AskedByPage = { readonly name: string; readonly path: string }

/** What the pages of the customers' dashboard ask, as they ask it, on the UTC day `today`. */
export const askedByDashboard = ({ today, keyId, model }: { today: number; keyId: string; model: string }): readonly AskedByPage[] => {
  const daysAgo = (days: number): string => isoDate(today - days)
  return [
    { name: 'overview', path: '/api/account' },
    { name: 'keys', path: '/api/keys' },
    { name: 'usage of keys', path: '/api/usage' },
    { name: '7 days', path: `/api/usage/by-day?startDate=${daysAgo(6)}&endDate=${daysAgo(0)}` },
    { name: '30 days', path: `/api/usage/by-day?startDate=${daysAgo(29)}&endDate=${daysAgo(0)}` },
    { name: '90 days', path: `/api/usage/by-day?startDate=${daysAgo(89)}&endDate=${daysAgo(0)}` },
    { name: 'days of a key', path: `/api/usage/by-day?startDate=${daysAgo(29)}&endDate=${daysAgo(0)}&keyId=${keyId}` },
    { name: 'one key', path: `/api/usage/${keyId}` },
    { name: 'calls', path: '/api/requests?limit=100' },
    { name: 'calls of a key', path: `/api/requests?keyId=${keyId}&limit=100` },
    { name: 'calls of a model', path: `/api/requests?model=${encodeURIComponent(model)}&limit=100` },
    { name: 'calls that failed', path: '/api/requests?outcome=upstream-failed&limit=100' },
    { name: 'calls of a day', path: `/api/requests?day=${daysAgo(60)}&limit=100` },
    { name: 'alerts', path: '/api/account/alerts' },
  ]
}

/** What the pages of the operators' console ask, of the house and of one account. */
export const askedByConsole = (accountId: string): readonly AskedByPage[] => [
  { name: 'house', path: '/operator/v1/overview' },
  { name: 'accounts', path: '/operator/v1/accounts?limit=50' },
  { name: 'an account', path: `/operator/v1/accounts/${accountId}` },
  { name: 'calls of an account', path: `/operator/v1/accounts/${accountId}/usage?limit=50` },
]
