import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { recordAccess } from '../audit/index.ts'
import { type Database, sql } from '../db/index.ts'
import { isUuid } from '../lib/index.ts'
import type { ApiDependencies, ApiEnv } from './dependencies.ts'

const PREFIX = '/operator/v1/'
/** Nouns that hold nothing of people: looking at them is not noted, changing them is. */
const HOUSE_NOUNS: readonly string[] = [
  'upstreams',
  'models',
  'prices',
  'plans',
  'ledger',
  'policy',
  'retention',
  'status',
  'redeem-batches',
  'announcements',
  'letters',
  'incidents',
  'openapi.json',
  'overview',
  'setup',
]
const VERBS: Readonly<Record<string, string>> = { GET: 'read', POST: 'create', PUT: 'set', PATCH: 'change', DELETE: 'delete' }

/** Notes each access to what belongs to people before it is answered, and each change of anything; what cannot be noted is not done. */
export const auditsAccess =
  ({ appDatabase, clock }: Pick<ApiDependencies, 'appDatabase' | 'clock'>): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const door = matchedRoutes(c).findLast(({ method }) => method !== 'ALL')
    if (door !== undefined && isNoted(door)) {
      const accountId = await accountBehind(appDatabase, c.req.path)
      await recordAccess(appDatabase, { actor: c.get('operator'), action: actionOf(door), accountId, now: clock.now() })
    }
    await next()
  }

/** A route of the live router. */
export type Door = { readonly method: string; readonly path: string }

/** Whether an access through this door is noted; a door that nobody thought of is. */
export const isNoted = ({ method, path }: Door): boolean =>
  path.startsWith(PREFIX) && (method !== 'GET' || !HOUSE_NOUNS.includes(nounsOf(path)[0] ?? ''))

/** How the log calls an access, such as "accounts.credits.create" or "accounts.list". */
export function actionOf({ method, path }: Door): string {
  const isList = method === 'GET' && !path.includes(':')
  return [...nounsOf(path), isList ? 'list' : (VERBS[method] ?? 'use')].join('.')
}

/** Accesses that name no account and can have shown something of every account, as PostgreSQL reads patterns. */
export const CONCERNS_ALL =
  '^(accounts\\.list|pending-credits\\.list|reconciliations\\..*|audit\\..*|card-disputes\\..*|refunds\\.list|refund-wishes\\.list|key-alarms\\..*|privacy\\..*|pools\\.seats\\..*|support\\.requests\\.list|usdc\\.deposits\\.list|payment-problems\\.list)$'

const nounsOf = (path: string): readonly string[] =>
  path
    .slice(PREFIX.length)
    .split('/')
    .filter((part) => !part.startsWith(':'))

/** The account that a path leads to, also by a key, a subscription or a transfer of it; undefined where it names none. */
async function accountBehind(database: Database, path: string): Promise<string | undefined> {
  const [noun = '', id = ''] = path.slice(PREFIX.length).split('/')
  if (noun === 'support') return await behindSupport(database, path)
  if (!isUuid(id)) return undefined
  if (noun === 'accounts') return id.toLowerCase()
  if (noun === 'pending-credits') return await firstId(database, sql`select account_id as id from pending_credit where id = ${id}`)
  if (noun === 'payments') return await firstId(database, sql`select account_id as id from payment where id = ${id}`)
  if (noun === 'refunds') return await firstId(database, sql`select account_id as id from rail_refund where id = ${id}`)
  if (noun === 'refund-wishes') return await firstId(database, sql`select account_id as id from refund_wish where id = ${id}`)
  if (noun === 'keys') return await firstId(database, sql`select account_id as id from api_key where id = ${id}`)
  if (noun === 'subscriptions') return await firstId(database, sql`select account_id as id from subscription where id = ${id}`)
  if (noun !== 'transfers') return undefined
  return await firstId(
    database,
    sql`select a.id from transfer t join ledger_account a on a.id in (t.debit_account, t.credit_account)
        where t.id = ${id} and a.kind = 'customer'`,
  )
}

/** A path below support names what it is about before the id. */
async function behindSupport(database: Database, path: string): Promise<string | undefined> {
  const [, , id = ''] = path.slice(PREFIX.length).split('/')
  return isUuid(id) ? await firstId(database, sql`select account_id as id from support_request where id = ${id}`) : undefined
}

const firstId = async (database: Database, statement: Parameters<Database['query']>[0]): Promise<string | undefined> =>
  (await database.query<{ id: string }>(statement))[0]?.id
