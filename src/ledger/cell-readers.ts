import type { CellReaders } from '../privacy/index.ts'
import { openReason, type ReasonSealing } from './reason.ts'

/** How sealed columns of the journal are read. */
export const ledgerReaders = (sealing: Pick<ReasonSealing, 'unseal'>): CellReaders => ({
  'transfer.reason_sealed': async ({ accountId, value, row }) =>
    (await openReason(sealing, accountId, { id: String(row['id']), reasonSealed: value })) ?? null,
})
