import { type Database, sql } from '../db/index.ts'
import { type Network, parseNetwork, showNetwork } from '../lib/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'

/** How many ranges of addresses a key can have. */
export const IP_RANGES_MAX = 50

/** What ranges of a key are sealed for, so that they open in its own row only; an address can be that of somebody's home. */
const rangesPurpose = (keyId: string): string => `api-key-ip-ranges:${keyId}`

type Of = { readonly accountId: string; readonly keyId: string }

/** Ranges of a key as its row has them; null for a key whose calls may come from everywhere. */
export async function sealIpRanges(
  sealing: Pick<SubjectKeys, 'seal'>,
  { accountId, keyId, ranges }: Of & { readonly ranges: readonly Network[] | undefined },
): Promise<Buffer | null> {
  if (ranges === undefined) return null
  return await sealing.seal(accountId, Buffer.from(ranges.map(showNetwork).join(' ')), rangesPurpose(keyId))
}

/** The ranges that a row has; undefined when its account was erased. Throws TypeError for what is no range. */
export async function openIpRanges(
  row: { readonly id: string; readonly account_id: string; readonly ip_ranges_sealed: Buffer | null },
  sealing: Pick<SubjectKeys, 'unseal'>,
): Promise<readonly Network[] | undefined> {
  if (row.ip_ranges_sealed === null) return undefined
  const text = (await sealing.unseal(row.account_id, row.ip_ranges_sealed, rangesPurpose(row.id)))?.toString()
  return text?.split(' ').map((written) => parseNetwork(written) ?? noRange())
}

/** What is sealed was parsed before: what does not parse now must not let calls in. */
function noRange(): never {
  throw new TypeError('a sealed range of addresses is none')
}

/** The ranges that calls of a key may come from, as gateways are told of them; none when they cannot be read any more, so that nothing is let in. */
export async function rangesOfFound(
  found: { readonly keyId: string; readonly accountId: string; readonly ipRangesSealed?: Buffer | undefined },
  sealing: Pick<SubjectKeys, 'unseal'>,
): Promise<readonly Network[] | undefined> {
  if (found.ipRangesSealed === undefined) return undefined
  const row = { id: found.keyId, account_id: found.accountId, ip_ranges_sealed: found.ipRangesSealed }
  return (await openIpRanges(row, sealing)) ?? []
}

/** Changes where calls of a key may come from, from its next call on; undefined lets them come from everywhere. False when there is no such key. */
export async function changeIpRanges(
  database: Database,
  sealing: Pick<SubjectKeys, 'seal'>,
  { ranges, ...of }: Of & { readonly ranges: readonly Network[] | undefined },
): Promise<boolean> {
  const sealed = await sealIpRanges(sealing, { ...of, ranges })
  const changed = await database.query(sql`
    update api_key set ip_ranges_sealed = ${sealed}::bytea where id = ${of.keyId}::uuid and account_id = ${of.accountId}::uuid returning id`)
  return changed.length > 0
}
