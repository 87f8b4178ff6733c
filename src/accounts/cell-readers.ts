import type { CellReaders } from '../privacy/index.ts'
import { type EmailSealing, emailPurpose } from './account-record.ts'
import { suspensionReaders } from './suspend-account.ts'

/** How sealed columns of accounts are read. */
export const accountReaders = (sealing: Pick<EmailSealing, 'unseal'>): CellReaders => ({
  ...suspensionReaders(sealing),
  'account.email_sealed': async ({ accountId, value }) =>
    (await sealing.unseal(accountId, value, emailPurpose(accountId)))?.toString() ?? null,
})
