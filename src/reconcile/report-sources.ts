import { listAdminKeys, type Sealing } from '../catalog/index.ts'
import type { Database } from '../db/index.ts'
import { REPORTING_KINDS } from '../spec/index.ts'
import type { ReportSource } from './compare-provider.ts'

/** The reports that can be read: upstreams that share an address and a key share one, as it tells of all their calls together. */
export async function reportSources(database: Database, sealing: Pick<Sealing, 'unseal'>): Promise<readonly ReportSource[]> {
  const sources = new Map<string, ReportSource>()
  for (const { serial, id, kind: written, baseUrl, adminKey } of await listAdminKeys(database, sealing)) {
    const kind = REPORTING_KINDS.find((known) => known === written)
    if (kind === undefined) continue
    const place = JSON.stringify([kind, baseUrl, adminKey])
    const upstreams = [...(sources.get(place)?.upstreams ?? []), { serial, id }]
    sources.set(place, { kind, baseUrl, adminKey, upstreams })
  }
  return [...sources.values()]
}
