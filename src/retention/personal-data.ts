import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const house = { category: 'none', subject: 'nobody', basis: 'none', erase: 'keep', export: false } as const
const purged = {
  table: 'purged_usage',
  subject: 'customer',
  basis: 'legitimate-interest',
  retention: '90 days',
  erase: 'keep',
  export: false,
  clauses: ['S1.16', 'S2.14', 'S3.14'],
  owner: [{ column: 'account_id' }],
} as const

/** What is kept of calls that are gone: sums and hashes, so that the books still explain themselves; after 90 days what names nobody. */
export const RETENTION_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...house, table: 'purged_day', purpose: 'to sum up the calls of a day once', retention: '10 years' }, [
    'day',
    'purged_at',
  ]),
  { ...purged, column: 'account_id', category: 'identifier', purpose: 'to say whose calls are rightly gone' },
  ...columnsOf({ ...purged, category: 'money', purpose: 'to compare the books with calls that are gone' }, [
    'posted_day',
    'day',
    'calls',
    'cost',
  ]),
  ...columnsOf(
    { ...house, table: 'purged_route', purpose: 'to compare what providers report with calls that are gone', retention: '90 days' },
    ['day', 'route_serial', 'counted_calls', 'uncosted_calls', 'input', 'output', 'cost'],
  ),
  {
    ...purged,
    table: 'purged_call',
    owner: 'unknown',
    column: 'digest',
    category: 'identifier',
    purpose: 'to charge no call again whose row is gone, as a hash of its id',
    retention: '7 days',
    erase: 'delete',
  },
  { ...house, table: 'purged_call', column: 'day', purpose: 'to forget the hash in time', retention: '7 days' },
  ...columnsOf(
    {
      ...house,
      table: 'usage_aggregate',
      purpose: 'to know what models are used for, by sums of eleven accounts or more, none of which is over half',
      retention: '10 years',
    },
    ['day', 'model_serial', 'calls', 'input', 'output'],
  ),
]
