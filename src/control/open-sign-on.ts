import { getAccount } from '../accounts/index.ts'
import type { ApiDependencies } from '../api/index.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/index.ts'
import { listMembers } from '../identity/index.ts'
import { type Clock, errorCode, type Log } from '../lib/index.ts'
import { systemOutside, systemTextRecords, type TextRecords } from '../outbound/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'
import { askPublicIssuer, type LostDomain, openTeamIssuers, recheckDomains } from '../sign-on/index.ts'
import type { Mailer } from '../spec/index.ts'
import { type RunningJobs, repeat, together } from './repeat.ts'

/** What single sign-on of teams is opened with; `clock` is the database's. */
export type OpenSignOnOptions = {
  readonly config: Pick<Config, 'hasTeamSignOn'>
  readonly appDatabase: Database
  readonly subjects: SubjectKeys
  readonly clock: Clock
  readonly log: Log
  readonly mailer: Mailer | undefined
  /** The name servers of this machine where it is left out. */
  readonly textRecords?: TextRecords
}

const RECHECK_MS = 300_000

/** Opens single sign-on of teams where it is switched on, with what looks at their domains once a day. */
export function openSignOn(options: OpenSignOnOptions): {
  readonly forApi: Pick<ApiDependencies, 'signOn'>
  readonly start: () => RunningJobs
} {
  const { config, appDatabase: database, subjects: sealing, clock, log, textRecords = systemTextRecords } = options
  if (!config.hasTeamSignOn) return { forApi: { signOn: undefined }, start: () => together([]) }
  const issuers = openTeamIssuers({ database, sealing, clock, ask: askPublicIssuer(systemOutside) })
  const parts = { database, sealing, textRecords, now: () => clock.now(), log }
  const untold = ({ accountId }: LostDomain, thrown: unknown): void =>
    log({ event: 'letter-failed', account: accountId, code: errorCode(thrown) })
  const recheck = async (): Promise<void> => {
    const lost: LostDomain[] = []
    try {
      await recheckDomains(parts, (one) => void lost.push(one))
    } finally {
      // What was found is found once, so its owners are told whatever fails besides.
      for (const one of lost) await tellOwners(options, one).catch((thrown: unknown) => untold(one, thrown))
    }
  }
  const job = { name: 'team-domains.recheck', waitMs: RECHECK_MS }
  return {
    forApi: { signOn: { issuers, textRecords } },
    start: () =>
      together([repeat(recheck, { ...job, onFailed: (thrown) => log({ event: 'team-domains-unchecked', code: errorCode(thrown) }) })]),
  }
}

/** Tells the owners of an account that the record of a domain is gone, or the domain lost. */
async function tellOwners({ appDatabase: database, subjects, mailer, log }: OpenSignOnOptions, { accountId, domain, isLost }: LostDomain) {
  const { email } = await getAccount(database, subjects, accountId)
  const owners = (await listMembers({ database, subjects }, accountId)).filter(({ role }) => role === 'owner')
  const to = new Set([email, ...owners.map((owner) => owner.email)].filter((one) => one !== undefined))
  for (const one of to)
    await mailer
      ?.send(isLost ? 'team-domain-lost' : 'team-domain-missing', one, { domain })
      .catch((thrown: unknown) => log({ event: 'letter-failed', code: errorCode(thrown) }))
}
