import { type Database, sql } from '../db/index.ts'
import { adminKeyPurpose, type Sealing } from './desired.ts'

/** An upstream in use whose usage and cost report can be read, with the key that reads it. It never reaches a gateway. */
export type AdminKey = {
  readonly serial: number
  readonly id: string
  readonly kind: string
  readonly baseUrl: string
  readonly adminKey: string
}

/** Every upstream in use that has a key for its reports, by id. */
export async function listAdminKeys(database: Database, sealing: Pick<Sealing, 'unseal'>): Promise<readonly AdminKey[]> {
  const rows = await database.query<
    Omit<AdminKey, 'baseUrl' | 'adminKey'> & { readonly base_url: string; readonly admin_key_sealed: Buffer }
  >(sql`
    select serial, id, kind, base_url, admin_key_sealed from upstream where is_active and admin_key_sealed is not null order by id collate "C"`)
  return rows.map(({ serial, id, kind, base_url, admin_key_sealed }) => ({
    ...{ serial, id, kind, baseUrl: base_url },
    adminKey: sealing.unseal(admin_key_sealed, adminKeyPurpose(id)).toString('utf8'),
  }))
}
