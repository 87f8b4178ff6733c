import type { CellReaders } from '../privacy/index.ts'
import { sealPurpose, type WebhookSealing } from './endpoint.ts'

/** How sealed columns of endpoints are read; secrets are shown to nobody. */
export const webhookReaders = (sealing: Pick<WebhookSealing, 'unseal'>): CellReaders => ({
  'webhook_endpoint.url_sealed': async ({ accountId, value, row }) =>
    (await sealing.unseal(accountId, value, sealPurpose('url', String(row['id']))))?.toString() ?? null,
})
