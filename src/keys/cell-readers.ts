import type { CellReaders } from '../privacy/index.ts'
import { type NameSealing, namePurpose } from './key-record.ts'

/** How sealed columns of keys are read. */
export const keyReaders = (sealing: Pick<NameSealing, 'unseal'>): CellReaders => ({
  'api_key.name_sealed': async ({ accountId, value, row }) =>
    (await sealing.unseal(accountId, value, namePurpose(String(row['id']))))?.toString() ?? null,
})
