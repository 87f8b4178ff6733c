import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { errorCode, type Log } from '../lib/index.ts'
import { type CheckParts, DOMAIN_COLUMNS, type DomainRow, noteCheck, teamDomainOf } from './team-domains.ts'

const DAY_MS = 86_400_000
/** A record may be away for so long, as by a mistake, before its domain is lost. */
const GRACE_MS = 3 * DAY_MS
const AT_ONCE = 20
const FIRST_UUID = '00000000-0000-0000-0000-000000000000'

/** A domain whose record is gone: `isLost` once it was gone for three days, and the domain is the account's no more. */
export type LostDomain = { readonly accountId: string; readonly domain: string; readonly isLost: boolean }

/**
 * Looks again at all domains that were not looked at for a day, twenty at once. Name servers that do not answer change nothing: they are asked again the
 * next time, and hold up no other domain; nor does one that cannot be looked at. `tell` is told once when a record is missed, and once when its
 * domain is lost.
 */
export async function recheckDomains(parts: CheckParts & { readonly log: Log }, tell: (lost: LostDomain) => void): Promise<void> {
  const now = parts.now()
  for (let after = FIRST_UUID; ; ) {
    const rows = await parts.database.query<DomainRow>(sql`
      select ${DOMAIN_COLUMNS} from team_domain
      where verified_at is not null and (checked_at is null or checked_at <= ${new Date(now - DAY_MS)}) and id > ${after}::uuid
      order by id limit ${AT_ONCE}`)
    const looks = rows.map((row) =>
      recheck(parts, row, { now, tell }).catch((thrown: unknown) =>
        parts.log({ event: 'team-domain-unchecked', account: row.account_id, code: errorCode(thrown) }),
      ),
    )
    await Promise.all(looks)
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.id
  }
}

type Looking = { readonly now: number; readonly tell: (lost: LostDomain) => void }

async function recheck(parts: CheckParts, row: DomainRow, { now, tell }: Looking): Promise<void> {
  const { domain, recordName, recordText } = await teamDomainOf(row, parts.sealing)
  if (domain === undefined || recordName === undefined) return
  const texts = await parts.textRecords(recordName)
  if (texts === undefined) return
  const isThere = texts.includes(recordText)
  const noted = await noteUnlessTaken(parts, { id: row.id, isThere, now })
  if (noted === undefined || isThere) return
  const isLost = noted.missing_since !== null && noted.missing_since.getTime() <= now - GRACE_MS
  if (isLost)
    await parts.database.query(sql`update team_domain set verified_at = null, missing_since = null where id = ${row.id}::uuid returning 1`)
  if (isLost || row.missing_since === null) tell({ accountId: row.account_id, domain, isLost })
}

async function noteUnlessTaken({ database }: CheckParts, checked: Parameters<typeof noteCheck>[1]): Promise<DomainRow | undefined> {
  try {
    return await noteCheck(database, checked)
  } catch (thrown) {
    if (thrown instanceof FailureError) return undefined
    throw thrown
  }
}
