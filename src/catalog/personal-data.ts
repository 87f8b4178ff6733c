import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const house = { category: 'none', subject: 'nobody', basis: 'none', retention: 'catalogue', erase: 'keep', export: false } as const

/** What the catalogue holds: nothing of any person, and the keys of the house at its upstreams, sealed. */
export const CATALOG_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...house, table: 'upstream', purpose: 'to know where calls can go' }, [
    'serial',
    'id',
    'kind',
    'base_url',
    'placement',
    'privacy',
    'protocols',
    'source',
    'is_active',
  ]),
  {
    ...house,
    table: 'upstream',
    column: 'api_key_sealed',
    category: 'secret',
    subject: 'operator',
    purpose: 'to call the upstream in the name of the house, sealed under a key outside',
    basis: 'contract',
  },
  {
    ...house,
    table: 'upstream',
    column: 'admin_key_sealed',
    category: 'secret',
    subject: 'operator',
    purpose: 'to read what the upstream says that calls used and cost, sealed under a key outside',
    basis: 'contract',
  },
  ...columnsOf({ ...house, table: 'model', purpose: 'to know what can be called' }, [
    'serial',
    'id',
    'context',
    'output_max',
    'source',
    'is_active',
    'created_at',
  ]),
  ...columnsOf({ ...house, table: 'price_version', purpose: 'to know what a call costs, and cost' }, [
    'id',
    'model_serial',
    'input',
    'output',
    'cache_read',
    'cache_write_5m',
    'cache_write_1h',
    'cards',
    'effective_at',
    'cancelled_at',
    'created_at',
  ]),
  ...columnsOf({ ...house, table: 'plan', purpose: 'to know what members of a plan pay' }, [
    'id',
    'price_multiplier',
    'source',
    'is_active',
    'created_at',
  ]),
  ...columnsOf({ ...house, table: 'route', purpose: 'to know which upstream serves a model' }, [
    'serial',
    'model_serial',
    'upstream_serial',
    'upstream_model',
    'priority',
    'cost',
    'is_active',
  ]),
]
