import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'
import { USAGE_COLUMNS } from '../spec/index.ts'

const call = {
  table: 'usage_event',
  subject: 'customer',
  basis: 'contract',
  retention: '90 days',
  erase: 'delete',
  export: true,
  clauses: ['S1.4', 'S2.2', 'S3.6', 'S4.5'],
  owner: [{ column: 'account_id' }],
} as const

const house = { category: 'none', subject: 'nobody', basis: 'none', retention: '90 days', erase: 'keep', export: false } as const

/** What is kept of calls: who, when, how much. No word of a prompt or an answer. */
export const USAGE_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...call, category: 'identifier', purpose: 'to tell calls apart and whose they are' }, [
    'request_id',
    'account_id',
    'key_id',
    'covered_by',
  ]),
  ...columnsOf({ ...call, category: 'usage', purpose: 'to show the customer what was called, and to explain the bill' }, [
    'day',
    'posted_day',
    'started_at',
    'model_serial',
    'route_serial',
    'price_version',
    'outcome',
    'status',
    'usage_source',
    'reported_model',
    'is_stream',
    'is_suspect',
    'latency_ms',
    'first_byte_ms',
    ...USAGE_COLUMNS,
    'multiplier',
    'service_tier',
    'reported_input',
    'reported_output',
    'commit',
  ]),
  ...columnsOf({ ...call, category: 'money', purpose: 'to charge for the call' }, ['hold', 'cost', 'shortfall', 'covered']),
  ...columnsOf({ ...call, table: 'usage_key_day', category: 'identifier', purpose: 'to tell whose calls are added up' }, [
    'account_id',
    'key_id',
  ]),
  ...columnsOf(
    { ...call, table: 'usage_key_day', category: 'usage', purpose: 'to show what was used on a day without reading each call' },
    ['day', 'posted_day', 'model_serial', 'calls', ...USAGE_COLUMNS],
  ),
  ...columnsOf({ ...call, table: 'usage_key_day', category: 'money', purpose: 'to show what a day cost without reading each call' }, [
    'cost',
    'covered',
  ]),
  ...columnsOf({ ...house, table: 'house_minute', purpose: 'to show how the house does, by sums of a minute over all accounts' }, [
    'day',
    'minute',
    'posted_day',
    'node_serial',
    'calls',
    'failed',
    'upstream_cost',
    'latencies',
  ]),
  { ...call, column: 'upstream_cost', category: 'money', purpose: 'to know what the call costs the house', export: false },
]
