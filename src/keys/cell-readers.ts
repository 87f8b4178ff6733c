import type { CellReaders } from '../privacy/index.ts'
import { type NameSealing, namePurpose } from './key-record.ts'

/** How sealed columns of keys are read. */
export function keyReaders(sealing: Pick<NameSealing, 'unseal'>): CellReaders {
  const readName: CellReaders[string] = async ({ accountId, value, row }) =>
    (await sealing.unseal(accountId, value, namePurpose(String(row['id']))))?.toString() ?? null
  return { 'api_key.name_sealed': readName, 'key_group.name_sealed': readName, 'management_key.name_sealed': readName }
}
