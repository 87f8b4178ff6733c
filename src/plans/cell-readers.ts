import type { CellReaders, SubjectKeys } from '../privacy/index.ts'
import { giftPurpose } from './subscribe.ts'

/** How sealed columns of subscriptions are read. */
export const planReaders = (sealing: Pick<SubjectKeys, 'unseal'>): CellReaders => ({
  'subscription.reason_sealed': async ({ accountId, value, row }) =>
    (await sealing.unseal(accountId, value, giftPurpose(String(row['id']))))?.toString() ?? null,
})
