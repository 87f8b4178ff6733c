import type { CellReaders, SubjectKeys } from '../../../privacy/index.ts'
import { originPurpose } from './deposit-record.ts'

/** How the sealed column of deposits is read: transaction and sender as JSON. */
export const usdcReaders = (sealing: Pick<SubjectKeys, 'unseal'>): CellReaders => ({
  'usdc_deposit.origin_sealed': async ({ accountId, row, value }) => {
    const purpose = originPurpose(Buffer.from(String(row['tag']), 'hex'))
    return (await sealing.unseal(accountId, value, purpose))?.toString() ?? null
  },
})
