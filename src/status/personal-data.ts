import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const house = { category: 'none', subject: 'nobody', basis: 'none', retention: '10 years', erase: 'keep', export: false } as const

/** What is kept of the service's own being there; nothing of it is anybody's. */
export const STATUS_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...house, table: 'status_minute', purpose: 'to show when the service was there' }, ['minute', 'own_up', 'outside_up']),
  ...columnsOf({ ...house, table: 'model_down_minute', purpose: 'to show when a model was not' }, ['minute', 'model_serial']),
  ...columnsOf({ ...house, table: 'route_down_minute', purpose: 'to show when a route was not' }, ['minute', 'route_serial']),
  ...columnsOf({ ...house, table: 'maintenance', purpose: 'to announce work on the service' }, [
    'id',
    'title',
    'starts_at',
    'ends_at',
    'announced_at',
    'cancelled_at',
  ]),
  ...columnsOf({ ...house, table: 'incident', purpose: 'to tell everybody what went wrong with the service' }, [
    'id',
    'title_en',
    'title_zh',
    'model',
    'began_at',
    'ended_at',
    'created_at',
  ]),
  ...columnsOf({ ...house, table: 'incident_note', purpose: 'to tell everybody how an incident went on' }, [
    'id',
    'incident_id',
    'state',
    'words_en',
    'words_zh',
    'created_at',
  ]),
  ...columnsOf({ ...house, table: 'sla_month', purpose: 'to credit a month below what is promised, once' }, [
    'month',
    'up',
    'counted',
    'target',
    'credit',
    'is_missed',
    'accounts',
    'amount',
    'judged_at',
    'done_at',
  ]),
]
