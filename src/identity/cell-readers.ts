import type { CellReaders } from '../privacy/index.ts'
import { invitationPurpose } from './invitations.ts'
import type { IdentityOptions } from './options.ts'
import { passkeyPurpose } from './passkeys.ts'
import { teamNameReaders } from './team-name.ts'

/** How sealed columns of people are read. */
export const identityReaders = (sealing: Pick<IdentityOptions['subjects'], 'unseal'>): CellReaders => ({
  ...teamNameReaders(sealing),
  'passkey.name_sealed': async ({ accountId, value, row }) =>
    (await sealing.unseal(accountId, value, passkeyPurpose(String(row['id']))))?.toString() ?? null,
  'account_invitation.email_sealed': async ({ accountId, value, row }) =>
    (await sealing.unseal(accountId, value, invitationPurpose(String(row['id']))))?.toString() ?? null,
})
