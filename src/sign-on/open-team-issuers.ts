import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import {
  ASK_SECONDS_MAX,
  type AskIssuer,
  type Asking,
  type IssuerSettings,
  openIssuers,
  type ReturnedCode,
  type Vouched,
} from '../issuers/index.ts'
import type { Clock } from '../lib/index.ts'
import { type Outside, publicClient, publicUrlOf } from '../outbound/index.ts'
import { domainOf } from './domain.ts'
import { clientOf, ISSUER_COLUMNS, type IssuerClient, type IssuerRow, type IssuerSealing, type RequiredRole } from './manage-issuer.ts'
import { DOMAIN_COLUMNS, type DomainRow, type DomainSealing, domainLookupOf, teamDomainOf } from './team-domains.ts'

/** What signing in needs to know of a team's issuer. */
export type TeamIssuer = { readonly id: string; readonly accountId: string; readonly defaultRole: RequiredRole }

/** The issuers of teams; whom one vouches for is `subject` in that team alone. */
export type TeamIssuers = {
  /** Whether an id is one of a team's issuer, there or not. */
  readonly isTeams: (id: string) => boolean
  /** The issuer that signs people in whose e-mail is of a domain. */
  readonly ofDomain: (domain: string) => Promise<TeamIssuer | undefined>
  readonly ofId: (id: string) => Promise<TeamIssuer | undefined>
  /** Whether a domain was shown to be of an account. */
  readonly ownsDomain: (accountId: string, domain: string) => Promise<boolean>
  /** What people know the issuers of teams as, by their ids: the first domain that the team has shown. */
  readonly namesOf: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** As those of Issuers; fail with issuer_unknown, issuer_unreachable, issuer_refused. */
  readonly begin: (id: string, asking: Asking) => Promise<string>
  readonly end: (id: string, asking: Asking, returned: ReturnedCode) => Promise<Vouched>
  /** Whether an issuer is one, by what it says of itself. Fails with issuer_unreachable, issuer_refused. */
  readonly tryOut: (client: IssuerClient) => Promise<void>
}

/** What teams' issuers are opened with; `ask` reaches public hosts alone. */
export type TeamIssuerParts = {
  readonly database: Database
  readonly sealing: IssuerSealing & DomainSealing
  readonly clock: Pick<Clock, 'monotonic'>
  readonly ask: AskIssuer
}

const ID = /^team-[0-9a-f]{16}$/
const ANSWER_BYTES_MAX = 1_048_576

/** Opens the issuers of teams; nothing of one is remembered between two people. */
export function openTeamIssuers(parts: TeamIssuerParts): TeamIssuers {
  const find = async (id: string) => (ID.test(id) ? await findIssuer(parts, id) : undefined)
  const open = async (id: string) => {
    const row = (await find(id)) ?? fail('issuer_unknown')
    const client = (await clientOf(row, parts.sealing)) ?? fail('issuer_unknown')
    return openIssuers([settingsOf(id, client)], parts)
  }
  const which = (id: string) => ({ id, audience: 'customers' }) as const
  return {
    isTeams: (id) => ID.test(id),
    ofDomain: (domain) => findByDomain(parts, domain),
    ofId: async (id) => told(await find(id)),
    ownsDomain: async (accountId, domain) => (await findByDomain(parts, domain))?.accountId === accountId,
    namesOf: (ids) => namesOf(parts, ids),
    begin: async (id, asking) => await (await open(id)).begin(which(id), asking),
    end: async (id, asking, returned) => {
      const vouched = await (await open(id)).end(which(id), asking, returned)
      return { ...vouched, subject: `${id}\n${vouched.subject}` }
    },
    tryOut: async (client) => {
      const asking = {
        returnTo: 'https://shop.invalid',
        state: 'tried',
        nonce: 'tried',
        verifier: 'tried-out-by-who-sets-the-issuer-up-of-a-team',
      }
      await openIssuers([settingsOf('tried', client)], parts).begin(which('tried'), asking)
    },
  }
}

const settingsOf = (id: string, { issuer, clientId, clientSecret }: IssuerClient): IssuerSettings => ({
  ...{ id, name: id, kind: 'openid', issuer, clientId, clientSecret, origins: undefined, emailTrust: 'own', audience: ['customers'] },
})

const told = (row: IssuerRow | undefined): TeamIssuer | undefined =>
  row === undefined ? undefined : { id: row.id, accountId: row.account_id, defaultRole: row.default_role }

async function findIssuer({ database }: TeamIssuerParts, id: string): Promise<IssuerRow | undefined> {
  const [row] = await database.query<IssuerRow>(sql`
    select ${ISSUER_COLUMNS} from team_issuer join account on account.id = account_id and account.status <> 'erased' where team_issuer.id = ${id}`)
  return row
}

async function findByDomain({ database, sealing }: TeamIssuerParts, text: string): Promise<TeamIssuer | undefined> {
  const domain = domainOf(text)
  if (domain === undefined) return undefined
  const [row] = await database.query<IssuerRow>(sql`
    select ${ISSUER_COLUMNS} from team_issuer
      join team_domain on team_domain.account_id = team_issuer.account_id and verified_at is not null
      join account on account.id = team_issuer.account_id and account.status <> 'erased'
    where domain_lookup = ${domainLookupOf(sealing, domain)}`)
  return told(row)
}

async function namesOf({ database, sealing }: TeamIssuerParts, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await database.query<DomainRow & { readonly issuer_id: string }>(sql`
    select distinct on (issuer_id) issuer_id, ${DOMAIN_COLUMNS} from team_domain
      join (select id as issuer_id, account_id as issuer_account from team_issuer where id = any (${ids}::text[])) issuer on issuer_account = account_id
    where verified_at is not null order by issuer_id, created_at, id`)
  const names = await Promise.all(rows.map(async (row) => [row.issuer_id, (await teamDomainOf(row, sealing)).domain] as const))
  return new Map(names.flatMap(([id, name]) => (name === undefined ? [] : [[id, name]])))
}

/** Asks an issuer that a customer named: a public https host alone, one request, no redirect; an answer of more than 1 MiB is none. */
export const askPublicIssuer =
  (outside: Outside): AskIssuer =>
  async ({ url, method, headers, body, signal }) => {
    const wanted = publicUrlOf(url)
    if (wanted === undefined) throw new TypeError('no public address')
    const until = signal ?? AbortSignal.timeout(ASK_SECONDS_MAX * 1_000)
    const client = await publicClient(outside, wanted.name, until)
    try {
      const sent = { ...headers, 'user-agent': 'farebox' }
      const reply = await client.request({
        method: method === 'POST' ? 'POST' : 'GET',
        path: wanted.path,
        headers: sent,
        body: body ?? null,
        signal: until,
      })
      return await readAnswer(reply)
    } finally {
      await client.destroy()
    }
  }

type Reply = {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: AsyncIterable<Buffer>
}

async function readAnswer({ statusCode: status, headers, body }: Reply): Promise<Response> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of body) {
    pieces.push(piece)
    size += piece.length
    if (size > ANSWER_BYTES_MAX) throw new RangeError('the answer is too large')
  }
  const type = headers['content-type']
  return new Response([204, 205, 304].includes(status) ? null : Buffer.concat(pieces), {
    ...{ status, headers: typeof type === 'string' ? { 'content-type': type } : {} },
  })
}
