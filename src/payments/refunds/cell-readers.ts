import type { CellReaders, SubjectKeys } from '../../privacy/index.ts'
import { refundPurpose } from './refund.ts'

/** How the sealed columns of refunds are read: the address, the hash of the transaction, and the claim as JSON. */
export const refundReaders = (sealing: Pick<SubjectKeys, 'unseal'>): CellReaders => {
  const reader =
    (column: Parameters<typeof refundPurpose>[0]): CellReaders[string] =>
    async ({ accountId, row, value }) =>
      (await sealing.unseal(accountId, value, refundPurpose(column, String(row['id']))))?.toString() ?? null
  return {
    'rail_refund.address_sealed': reader('address'),
    'rail_refund.tx_sealed': reader('tx'),
    'rail_refund.claim_sealed': reader('claim'),
  }
}
