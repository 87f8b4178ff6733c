import type { Context } from 'hono'
import type { z } from 'zod'
import { fail } from '../../failures.ts'
import {
  checkDomain,
  claimDomain,
  dropIssuer,
  keepIssuer,
  listDomains,
  readIssuer,
  recordNameOf,
  removeDomain,
  type TeamDomain,
} from '../../sign-on/index.ts'
import { answerOnce } from '../answer-once.ts'
import { teamDomainRemembered, type teamDomainShown, type teamSignOnShown, tell } from '../contract/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import { requireFreshActing } from '../require-session.ts'
import { requireGivable } from './givable-roles.ts'
import { accountOf, type ManageApp, type ManageDependencies, makerOf, repeatOf } from './manage-env.ts'
import { checkDomainRoute, claimDomainRoute, dropIssuerRoute, readSignOnRoute, removeDomainRoute, setIssuerRoute } from './sign-on-doors.ts'

const ISSUER_ID_BYTES = 8

/** How the caller's team has its members signed in: its issuer, and the mail domains that it has shown to be its own. */
export function signOnRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase: database, subjects, clock } = dependencies
  const show = (accountId: string) => showSignOn(dependencies, accountId)
  app.openapi(readSignOnRoute, async (c) => c.json(tell(await show(accountOf(c))), 200))
  app.openapi(setIssuerRoute, async (c) => {
    const { issuers } = dependencies.signOn ?? fail('not_offered', { what: 'Single sign-on' })
    await requireFreshPerson(c, dependencies)
    const { required: isRequired, ...client } = c.req.valid('json')
    requireGivable(c, client.defaultRole, dependencies)
    await issuers.tryOut(client)
    const accountId = accountOf(c)
    const change = { ...client, accountId, isRequired, random: dependencies.randomBytes(ISSUER_ID_BYTES), now: clock.now() }
    await database.transaction((tx) => keepIssuer(tx, subjects, change))
    return c.json(tell(await show(accountId)), 200)
  })
  app.openapi(dropIssuerRoute, async (c) => {
    await requireFreshPerson(c, dependencies)
    await database.transaction((tx) => dropIssuer(tx, accountOf(c), clock.now()))
    return c.json(tell(await show(accountOf(c))), 200)
  })
  domainRoutes(app, dependencies)
}

function domainRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase: database, subjects: sealing, clock, ids } = dependencies
  app.openapi(claimDomainRoute, async (c) => {
    const [{ domain }, accountId] = [c.req.valid('json'), accountOf(c)]
    let named = domain
    const made = await answerOnce(database, await repeatOf(c), {
      status: 201,
      schema: teamDomainRemembered,
      work: async (tx) => {
        const claimed = await claimDomain(tx, sealing, { id: ids.uuid(), accountId, domain, now: clock.now() })
        named = claimed.domain ?? domain
        return { id: claimed.id, recordText: claimed.recordText, createdAt: claimed.createdAt.toISOString() }
      },
    })
    const known = (await listDomains(database, sealing, accountId)).find(({ id }) => id === made.id)
    const again = { record: { type: 'TXT' as const, name: recordNameOf(named), text: made.recordText }, verifiedAt: null, checkedAt: null }
    const shown =
      known === undefined ? { id: made.id, domain: named, ...again, missingSince: null, createdAt: made.createdAt } : showDomain(known)
    return c.json(tell(shown), 201)
  })
  app.openapi(checkDomainRoute, async (c) => {
    const { textRecords } = dependencies.signOn ?? fail('not_offered', { what: 'Single sign-on' })
    const parts = { database, sealing, textRecords, now: () => clock.now() }
    return c.json(tell(showDomain(await checkDomain(parts, { accountId: accountOf(c), id: c.req.valid('param').id }))), 200)
  })
  app.openapi(removeDomainRoute, async (c) => {
    const { id } = c.req.valid('param')
    await removeDomain(database, { accountId: accountOf(c), id })
    return c.json(tell({ id }), 200)
  })
}

/** How people come into a team is changed by who has shown lately who they are; a management key has shown it, for roles that it may give. Fails with not_fresh. */
async function requireFreshPerson(c: Context<CustomerEnv>, { identity }: ManageDependencies): Promise<void> {
  if (makerOf(c) !== undefined) await requireFreshActing(c, identity)
}

async function showSignOn(
  { appDatabase: database, subjects, publicUrl, signOn }: ManageDependencies,
  accountId: string,
): Promise<z.output<typeof teamSignOnShown>> {
  const [issuer, domains] = [await readIssuer(database, subjects, accountId), await listDomains(database, subjects, accountId)]
  return {
    offered: signOn !== undefined,
    domains: domains.map(showDomain),
    issuer:
      issuer === undefined
        ? null
        : {
            ...{ id: issuer.id, issuer: issuer.issuer, clientId: issuer.clientId, hasSecret: issuer.hasSecret },
            ...{ defaultRole: issuer.defaultRole, required: issuer.isRequired, createdAt: issuer.createdAt.toISOString() },
            returnTo: `${publicUrl}/sign-in/with/${issuer.id}`,
          },
  }
}

const showDomain = (domain: TeamDomain): z.output<typeof teamDomainShown> => ({
  ...{ id: domain.id, domain: domain.domain ?? '', createdAt: domain.createdAt.toISOString() },
  record: { type: 'TXT', name: domain.recordName ?? '', text: domain.recordText },
  verifiedAt: domain.verifiedAt?.toISOString() ?? null,
  checkedAt: domain.checkedAt?.toISOString() ?? null,
  missingSince: domain.missingSince?.toISOString() ?? null,
})
