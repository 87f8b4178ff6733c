import type { CellReaders } from '../privacy/index.ts'
import { clientOf, type IssuerSealing } from './manage-issuer.ts'
import { domainPurpose } from './team-domains.ts'

/** How sealed columns of teams are read; the secret of a client is shown to nobody. */
export const signOnReaders = (sealing: Pick<IssuerSealing, 'unseal'>): CellReaders => ({
  'team_domain.domain_sealed': async ({ accountId, value, row }) =>
    (await sealing.unseal(accountId, value, domainPurpose(String(row['id']))))?.toString() ?? null,
  'team_issuer.settings_sealed': async ({ accountId, value, row }) => {
    const client = await clientOf({ id: String(row['id']), account_id: accountId, settings_sealed: value }, sealing)
    return client === undefined ? null : `${client.issuer} ${client.clientId}`
  },
})
