import type { CellReaders } from '../privacy/index.ts'
import { type EmailSealing, emailPurpose } from './account-record.ts'

/** How sealed columns of accounts are read. */
export const accountReaders = (sealing: Pick<EmailSealing, 'unseal'>): CellReaders => ({
  'account.email_sealed': async ({ accountId, value }) =>
    (await sealing.unseal(accountId, value, emailPurpose(accountId)))?.toString() ?? null,
})
