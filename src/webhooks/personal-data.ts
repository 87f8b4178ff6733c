import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const theirs = {
  subject: 'customer',
  basis: 'contract',
  erase: 'delete',
  export: true,
  clauses: ['S0.13', 'S1.13'],
  owner: [{ column: 'account_id' }],
} as const
const endpoint = { ...theirs, table: 'webhook_endpoint', retention: 'account' } as const
const delivery = { ...theirs, table: 'webhook_delivery', retention: '7 days' } as const
const secret = { category: 'credential', export: false } as const

/** What is kept of where accounts have events sent to, and of what was sent there. */
export const WEBHOOK_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...endpoint, category: 'identifier', purpose: 'to tell endpoints and their owners apart' }, ['id', 'account_id']),
  {
    ...endpoint,
    column: 'url_sealed',
    category: 'contact',
    purpose: 'the address that events are sent to, sealed',
    recipients: ['own-host'],
  },
  ...columnsOf({ ...endpoint, ...secret, purpose: 'to sign what is sent, sealed' }, ['secret_sealed', 'old_secret_sealed']),
  ...columnsOf({ ...endpoint, category: 'preference', purpose: 'to send what was asked for' }, ['events', 'is_active']),
  ...columnsOf({ ...endpoint, category: 'usage', purpose: 'to stop calling what does not answer' }, [
    'old_until',
    'failing_since',
    'switched_off_at',
    'created_at',
  ]),
  ...columnsOf({ ...delivery, category: 'identifier', purpose: 'to tell deliveries and their owners apart' }, [
    'id',
    'account_id',
    'endpoint_id',
  ]),
  ...columnsOf({ ...delivery, category: 'usage', purpose: 'to send each event until it is taken, and to show how that went' }, [
    'kind',
    'data',
    'happened_at',
    'state',
    'tries',
    'next_try_at',
    'last_status',
    'last_try_at',
    'created_at',
  ]),
]
