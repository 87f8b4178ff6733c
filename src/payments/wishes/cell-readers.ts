import type { CellReaders, SubjectKeys } from '../../privacy/index.ts'
import { reasonPurpose } from './wish.ts'

/** How the sealed column of wishes is read. */
export const wishReaders = (sealing: Pick<SubjectKeys, 'unseal'>): CellReaders => ({
  'refund_wish.reason_sealed': async ({ accountId, value, row }) =>
    (await sealing.unseal(accountId, value, reasonPurpose(String(row['id']))))?.toString() ?? null,
})
