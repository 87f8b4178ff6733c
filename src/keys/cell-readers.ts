import { showNetwork } from '../lib/index.ts'
import type { CellReaders } from '../privacy/index.ts'
import { openIpRanges } from './ip-ranges.ts'
import { type NameSealing, namePurpose } from './key-record.ts'
import { stopReaders } from './stop-key.ts'

/** How sealed columns of keys are read. */
export function keyReaders(sealing: Pick<NameSealing, 'unseal'>): CellReaders {
  const readName: CellReaders[string] = async ({ accountId, value, row }) =>
    (await sealing.unseal(accountId, value, namePurpose(String(row['id']))))?.toString() ?? null
  const readRanges: CellReaders[string] = async ({ accountId, value, row }) =>
    (await openIpRanges({ id: String(row['id']), account_id: accountId, ip_ranges_sealed: value }, sealing))?.map(showNetwork).join(' ') ??
    null
  return {
    ...stopReaders(sealing),
    'api_key.ip_ranges_sealed': readRanges,
    'api_key.name_sealed': readName,
    'key_group.name_sealed': readName,
    'management_key.name_sealed': readName,
  }
}
