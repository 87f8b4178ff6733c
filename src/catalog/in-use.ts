import { type Database, sql } from '../db/index.ts'
import type { UpstreamInUse } from '../privacy/index.ts'
import type { PrivacyLabel } from '../spec/index.ts'

type Row = {
  readonly id: string
  readonly base_url: string
  readonly placement: 'third_party' | 'local'
  readonly privacy: PrivacyLabel
  readonly fetches_urls: boolean
}

/** Upstreams that calls can go to now: active, with an active route of an active model. */
export async function listInUse(database: Database): Promise<readonly UpstreamInUse[]> {
  const rows = await database.query<Row>(sql`
    select u.id, u.base_url, u.placement, u.privacy, u.fetches_urls from upstream u
    where u.is_active and exists (
      select from route r join model m on m.serial = r.model_serial where r.upstream_serial = u.serial and r.is_active and m.is_active)
    order by u.id collate "C"`)
  return rows.map(({ id, base_url, placement, privacy, fetches_urls: fetchesUrls }) => ({
    ...{ id, placement, privacy, fetchesUrls },
    host: URL.parse(base_url)?.host ?? 'unknown',
  }))
}
