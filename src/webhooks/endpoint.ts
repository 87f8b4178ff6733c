import { type Sql, sql } from '../db/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'
import type { WebhookEvent } from './event-kinds.ts'

/** What seals addresses and secrets under the key of their account. */
export type WebhookSealing = Pick<SubjectKeys, 'seal' | 'unseal'>

/** Where an account has events sent to; the address is undefined once the account was erased. */
export type WebhookEndpoint = {
  readonly id: string
  readonly accountId: string
  readonly url: string | undefined
  readonly events: readonly WebhookEvent[]
  readonly isActive: boolean
  /** Since when no delivery was taken. */
  readonly failingSince: Date | undefined
  /** When it was switched off for that. */
  readonly switchedOffAt: Date | undefined
  /** Until when the secret before signs as well. */
  readonly oldSecretUntil: Date | undefined
  readonly createdAt: Date
}

/** What a sealed part of an endpoint is sealed for, so that none can be put in the place of another. */
export const sealPurpose = (part: 'url' | 'secret', id: string): string => `webhook ${part} ${id}`

/** A row as the statements here read it. */
export type EndpointRow = {
  readonly id: string
  readonly account_id: string
  readonly url_sealed: Buffer
  readonly events: readonly WebhookEvent[]
  readonly is_active: boolean
  readonly failing_since: Date | null
  readonly switched_off_at: Date | null
  readonly old_until: Date | null
  readonly created_at: Date
}

/** The columns of a row. */
export const ENDPOINT_COLUMNS: Sql = sql`id, account_id, url_sealed, events, is_active, failing_since, switched_off_at, old_until, created_at`

/** A row with its address readable. */
export async function endpointOf(row: EndpointRow, sealing: Pick<WebhookSealing, 'unseal'>): Promise<WebhookEndpoint> {
  const url = await sealing.unseal(row.account_id, row.url_sealed, sealPurpose('url', row.id))
  return {
    id: row.id,
    accountId: row.account_id,
    url: url?.toString(),
    events: row.events,
    isActive: row.is_active,
    failingSince: row.failing_since ?? undefined,
    switchedOffAt: row.switched_off_at ?? undefined,
    oldSecretUntil: row.old_until ?? undefined,
    createdAt: row.created_at,
  }
}
