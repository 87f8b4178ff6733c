import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const house = { category: 'none', subject: 'nobody', basis: 'none', erase: 'keep', export: false } as const

/** What is kept so that receipts can be checked: hashes, signatures, public keys. Nothing of a call can be read from them. */
export const RECEIPT_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...house, table: 'signing_key', purpose: 'to check who signed a receipt', retention: '10 years' }, [
    'kid',
    'jwk',
    'created_at',
    'signs_from',
    'retired_at',
  ]),
  ...columnsOf({ ...house, table: 'receipt_batch', purpose: 'to prove what a receipt says, by hashes of calls', retention: '90 days' }, [
    'day',
    'last_commit',
    'node_id',
    'count',
    'root',
    'leaves',
    'kid',
    'signature',
    'created_at',
    'day_path',
  ]),
  ...columnsOf({ ...house, table: 'day_root', purpose: 'to prove receipts of calls that are long deleted', retention: '10 years' }, [
    'day',
    'root',
    'salt',
    'batches',
    'created_at',
  ]),
]
