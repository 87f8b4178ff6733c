import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const key = {
  table: 'api_key',
  subject: 'customer',
  basis: 'contract',
  retention: 'account',
  clauses: ['S1.20', 'S2.2', 'S3.5'],
  owner: [{ column: 'account_id' }],
} as const

/** Keys that manage an account. */
const managing = { ...key, table: 'management_key', erase: 'delete', export: true } as const

const stop = { ...key, table: 'key_stop', erase: 'delete', export: true } as const

const group = { ...key, table: 'key_group', erase: 'delete', export: true } as const

/** What is kept of keys and their groups; the keys themselves are not. */
export const KEY_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...key, category: 'identifier', purpose: 'to tell keys and their owners apart', erase: 'delete', export: true }, [
    'id',
    'account_id',
    'hint',
    'group_id',
  ]),
  ...columnsOf({ ...key, category: 'identifier', purpose: 'to know which member made the key', erase: 'delete', export: true }, [
    'made_by',
  ]),
  ...columnsOf({ ...key, category: 'usage', purpose: 'to end keys that were made for some minutes', erase: 'delete', export: true }, [
    'is_temporary',
    'session_id',
  ]),
  ...columnsOf({ ...key, category: 'credential', purpose: 'to know a key again without keeping it', erase: 'delete', export: false }, [
    'hash',
    'old_hash',
  ]),
  {
    ...{ ...key, column: 'ip_ranges_sealed', category: 'identifier', erase: 'delete', export: true },
    purpose: 'to let calls of the key come from the addresses that the customer named, sealed',
  },
  ...columnsOf({ ...key, category: 'free-text', erase: 'delete', export: true, purpose: 'what the customer calls the key, sealed' }, [
    'name_sealed',
  ]),
  {
    ...{ ...key, column: 'name', category: 'free-text', erase: 'delete', export: false },
    purpose: 'names from before they were sealed; empty since the first start after',
  },
  ...columnsOf({ ...managing, category: 'identifier', purpose: 'to tell keys and their owners apart' }, ['id', 'account_id', 'hint']),
  { ...managing, column: 'made_by', category: 'identifier', purpose: 'to end the key when who made it is no member any more' },
  { ...managing, column: 'hash', category: 'credential', purpose: 'to know a key again without keeping it', export: false },
  { ...managing, column: 'name_sealed', category: 'free-text', purpose: 'what the customer calls the key, sealed' },
  ...columnsOf({ ...managing, category: 'usage', purpose: 'to say from when to when the key works' }, ['created_at', 'revoked_at']),
  ...columnsOf({ ...key, category: 'preference', purpose: 'to say what the key may call, and how fast', erase: 'delete', export: true }, [
    'requests_per_minute',
    'tokens_per_minute',
    'concurrent_calls',
    'models',
    'routing',
    'subscription_id',
    'spend_cap',
    'spend_window',
  ]),
  ...columnsOf({ ...key, category: 'usage', purpose: 'to say from when to when the key works', erase: 'delete', export: true }, [
    'expires_at',
    'old_until',
    'paused_at',
    'paused_for',
    'resumed_at',
    'revoked_at',
    'created_at',
  ]),
  ...columnsOf({ ...stop, category: 'identifier', purpose: 'to know which key an operator stopped' }, ['key_id', 'account_id']),
  ...columnsOf({ ...stop, category: 'preference', purpose: 'to tell the customer what an operator did to the key, and why' }, [
    'act',
    'reason',
  ]),
  { ...stop, column: 'note_sealed', category: 'free-text', purpose: 'what the operator wrote to the customer about it, sealed' },
  { ...stop, column: 'stopped_at', category: 'usage', purpose: 'to know since when the key is stopped' },
  ...columnsOf({ ...group, category: 'identifier', purpose: 'to know which keys share a cap, such as those of one end user' }, [
    'id',
    'account_id',
    'is_member',
    'member_id',
  ]),
  ...columnsOf({ ...group, category: 'free-text', purpose: 'what the customer calls the group, sealed' }, ['name_sealed']),
  ...columnsOf({ ...group, category: 'preference', purpose: 'to say what the keys of the group may spend together' }, [
    'spend_cap',
    'spend_window',
    'created_at',
  ]),
]
