import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import { publicUrlOf } from '../outbound/index.ts'
import { ENDPOINT_COLUMNS, type EndpointRow, endpointOf, sealPurpose, type WebhookEndpoint, type WebhookSealing } from './endpoint.ts'
import type { WebhookEvent } from './event-kinds.ts'

/** How many endpoints an account may have. */
export const ENDPOINTS_MAX = 5
/** How long the secret before goes on signing after it was replaced. */
export const OLD_SECRET_HOURS = 24

const HOUR_MS = 3_600_000
const URL_EXPECTED = 'an https address with a public host name, on port 443, without a login in it'

/** An endpoint that is to be made; `secret` has 32 random bytes. */
export type NewEndpoint = {
  readonly id: string
  readonly accountId: string
  readonly url: string
  readonly events: readonly WebhookEvent[]
  readonly secret: Buffer
  readonly now: number
}

/** Whose endpoint which. */
export type WhichEndpoint = { readonly accountId: string; readonly id: string }

/** Makes an endpoint, in a transaction of the caller's. Fails with invalid_field (url), webhooks_full, account_unknown. */
export async function createEndpoint(tx: Database, sealing: WebhookSealing, made: NewEndpoint): Promise<WebhookEndpoint> {
  const { id, accountId, url, events, secret, now } = made
  requirePublic(url)
  // The row of the account makes those who ask at once come one after the other.
  const [account] = await tx.query(sql`select from account where id = ${accountId}::uuid and status <> 'erased' for update`)
  if (account === undefined) fail('account_unknown')
  const known = await tx.query(sql`select from webhook_endpoint where account_id = ${accountId}::uuid`)
  if (known.length >= ENDPOINTS_MAX) fail('webhooks_full', { limit: ENDPOINTS_MAX })
  const [row] = await tx.query<EndpointRow>(sql`
    insert into webhook_endpoint (id, account_id, url_sealed, secret_sealed, events, is_active, created_at)
    values (${id}::uuid, ${accountId}::uuid, ${await sealing.seal(accountId, Buffer.from(url), sealPurpose('url', id))},
      ${await sealing.seal(accountId, secret, sealPurpose('secret', id))}, ${[...new Set(events)]}::text[], true, ${new Date(now)})
    returning ${ENDPOINT_COLUMNS}`)
  return row === undefined ? fail('account_unknown') : await endpointOf(row, sealing)
}

/** The endpoints of an account, oldest first. */
export async function listEndpoints(database: Database, sealing: WebhookSealing, accountId: string): Promise<readonly WebhookEndpoint[]> {
  const rows = await database.query<EndpointRow>(sql`
    select ${ENDPOINT_COLUMNS} from webhook_endpoint where account_id = ${accountId}::uuid order by created_at, id`)
  return await Promise.all(rows.map((row) => endpointOf(row, sealing)))
}

/** A change of an endpoint; absent members stay. Made active, or at another address, it begins anew, whatever it failed at before. */
export type EndpointChange = {
  readonly url?: string | undefined
  readonly events?: readonly WebhookEvent[] | undefined
  readonly isActive?: boolean | undefined
}

/** Changes an endpoint. Fails with webhook_unknown, invalid_field (url). */
export async function changeEndpoint(
  database: Database,
  sealing: WebhookSealing,
  { accountId, id, url, events, isActive }: WhichEndpoint & EndpointChange,
): Promise<WebhookEndpoint> {
  requireId(id)
  if (url !== undefined) requirePublic(url)
  const sealed = url === undefined ? null : await sealing.seal(accountId, Buffer.from(url), sealPurpose('url', id.toLowerCase()))
  const [row] = await database.query<EndpointRow>(sql`
    update webhook_endpoint set
      url_sealed = coalesce(${sealed}::bytea, url_sealed),
      events = coalesce(${events === undefined ? null : [...new Set(events)]}::text[], events),
      is_active = coalesce(${isActive ?? null}::boolean, is_active),
      failing_since = case when ${isActive === true || url !== undefined} then null else failing_since end,
      switched_off_at = case when ${isActive === true} then null else switched_off_at end
    where id = ${id}::uuid and account_id = ${accountId}::uuid returning ${ENDPOINT_COLUMNS}`)
  return row === undefined ? fail('webhook_unknown') : await endpointOf(row, sealing)
}

/** Gives an endpoint another secret; the one before signs beside it for 24 hours. Fails with webhook_unknown. */
export async function rotateSecret(
  tx: Database,
  sealing: WebhookSealing,
  { accountId, id, secret, now }: WhichEndpoint & { readonly secret: Buffer; readonly now: number },
): Promise<WebhookEndpoint> {
  requireId(id)
  const sealed = await sealing.seal(accountId, secret, sealPurpose('secret', id.toLowerCase()))
  const [row] = await tx.query<EndpointRow>(sql`
    update webhook_endpoint set old_secret_sealed = secret_sealed, old_until = ${new Date(now + OLD_SECRET_HOURS * HOUR_MS)}, secret_sealed = ${sealed}
    where id = ${id}::uuid and account_id = ${accountId}::uuid returning ${ENDPOINT_COLUMNS}`)
  return row === undefined ? fail('webhook_unknown') : await endpointOf(row, sealing)
}

/** Deletes an endpoint with all that waits for it. Fails with webhook_unknown. */
export async function deleteEndpoint(database: Database, { accountId, id }: WhichEndpoint): Promise<void> {
  requireId(id)
  const gone = await database.query(sql`
    delete from webhook_endpoint where id = ${id}::uuid and account_id = ${accountId}::uuid returning 1`)
  if (gone.length === 0) fail('webhook_unknown')
}

const requireId = (id: string): void => {
  if (!isUuid(id)) fail('webhook_unknown')
}

function requirePublic(url: string): void {
  if (publicUrlOf(url) === undefined) fail('invalid_field', { field: 'url', expected: URL_EXPECTED })
}
