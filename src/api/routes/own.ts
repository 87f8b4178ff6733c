import type { Context, Hono } from 'hono'
import type { z } from 'zod'
import { fail } from '../../failures.ts'
import {
  type FoundKey,
  findKeyByHash,
  findManagementKey,
  getKey,
  hashKey,
  isOfEndUser,
  isRevokedKey,
  isWellFormedKey,
} from '../../keys/index.ts'
import { isManagementKey, keyPlaces, PAUSES, SUSPENDED_UNSAID, SUSPENSIONS } from '../../spec/index.ts'
import { keyUsage } from '../../usage/index.ts'
import { showBalance, showStanding } from '../balance.ts'
import type { ownBalanceShown, ownUsageShown } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { showLimits, showRates } from '../limits.ts'
import { showOwnPlan, showOwnSpending } from '../own-spending.ts'

type Dependencies = Identifying & Pick<ApiDependencies, 'ledger' | 'subjects' | 'bindSpending'>
/** What callers are known by; `manage` says what those are told who sent no key. */
type Identifying = Pick<ApiDependencies, 'appDatabase' | 'clock' | 'manage'>

/** What a customer may see of itself, by its key: usage and balance. */
export function ownRoutes(app: Hono<ApiEnv>, dependencies: Dependencies): void {
  app.get('/v1/usage', async (c) => c.json(await ownUsage(dependencies, await identify(c, dependencies))))
  app.get('/v1/balance', async (c) => {
    const { accountId } = await identifyAccount(c, dependencies)
    const balance: z.infer<typeof ownBalanceShown> = {
      object: 'balance',
      ...(await showBalance(dependencies.ledger, accountId)),
      currency: 'USD',
      debt: (await showStanding(dependencies.ledger, accountId)).debt,
    }
    return c.json(balance)
  })
}

/** The caller of a request. Fails with management_key_cannot_call, key_missing, key_invalid, key_revoked, key_expired, key_replaced, key_paused, key_stopped, account_suspended. */
export async function identify(c: Context<ApiEnv>, { appDatabase, clock, manage }: Identifying): Promise<FoundKey> {
  const secret = readKey(c) ?? fail('key_missing', keyPlaces(manage.agents !== undefined))
  if (isManagementKey(secret)) fail('management_key_cannot_call')
  if (!isWellFormedKey(secret)) fail('key_invalid')
  const hash = hashKey(secret)
  const found = (await findKeyByHash(appDatabase, hash)) ?? fail((await isRevokedKey(appDatabase, hash)) ? 'key_revoked' : 'key_invalid')
  if (found.expiresAt !== undefined && found.expiresAt <= clock.now()) fail('key_expired')
  if (found.secretUntil !== undefined && found.secretUntil <= clock.now()) fail('key_replaced')
  if (found.accountStatus !== 'active')
    fail('account_suspended', { reason: found.suspension === undefined ? SUSPENDED_UNSAID : SUSPENSIONS[found.suspension] })
  if (found.pausedFor === 'operator') fail('key_stopped')
  if (found.pausedFor !== undefined) fail('key_paused', { reason: PAUSES[found.pausedFor] })
  return found
}

/**
 * The same for what is the account's: those whom it gave a key of their own, as end users, are somebody else. Fails as `identify` does, and with
 * key_of_end_user.
 */
export async function identifyAccount(c: Context<ApiEnv>, dependencies: Identifying): Promise<FoundKey> {
  const found = await identify(c, dependencies)
  return (await isOfEndUser(dependencies.appDatabase, found.keyId)) ? fail('key_of_end_user') : found
}

/**
 * Whoever asks something of support: by a key that calls, also one that rests or whose account is suspended, or by one that manages. Fails with
 * key_missing, key_invalid, management_key_invalid, key_expired, key_replaced, key_of_end_user.
 */
export async function identifyAsker(
  c: Context<ApiEnv>,
  { appDatabase, clock, manage }: Identifying,
): Promise<{ readonly accountId: string }> {
  const secret = readKey(c) ?? fail('key_missing', keyPlaces(manage.agents !== undefined))
  if (isManagementKey(secret)) return (await findManagementKey(appDatabase, hashKey(secret))) ?? fail('management_key_invalid')
  if (!isWellFormedKey(secret)) fail('key_invalid')
  const found = (await findKeyByHash(appDatabase, hashKey(secret))) ?? fail('key_invalid')
  if (found.accountStatus === 'erased') fail('key_invalid')
  if (found.expiresAt !== undefined && found.expiresAt <= clock.now()) fail('key_expired')
  if (found.secretUntil !== undefined && found.secretUntil <= clock.now()) fail('key_replaced')
  if (await isOfEndUser(appDatabase, found.keyId)) fail('key_of_end_user')
  return found
}

/** Whether a request carries a key of any kind. */
export const hasKey = (c: Context<ApiEnv>): boolean => (readKey(c) ?? '') !== ''

function readKey(c: Context<ApiEnv>): string | undefined {
  const authorization = c.req.header('authorization')
  if (authorization !== undefined) return /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? ''
  return c.req.header('x-api-key') ?? c.req.header('x-goog-api-key')
}

async function ownUsage(dependencies: Dependencies, caller: FoundKey): Promise<z.infer<typeof ownUsageShown>> {
  const { appDatabase, ledger, subjects, clock, bindSpending } = dependencies
  const spending = bindSpending(caller.keyId, caller.spending)
  const [used, balance, key, limits, plan, isLent] = await Promise.all([
    keyUsage(appDatabase, caller, clock),
    showBalance(ledger, caller.accountId),
    getKey(appDatabase, subjects, caller.keyId),
    showOwnSpending(appDatabase, { spending }, clock.now()),
    showOwnPlan(appDatabase, caller, clock.now()),
    isOfEndUser(appDatabase, caller.keyId),
  ])
  const { limits: bounds, subscription } = caller
  return {
    object: 'usage',
    ...limits,
    rate_limits: showRates([bounds.key, bounds.account, ...(subscription === undefined ? [] : [subscription.limits])]),
    plan,
    credits: isLent ? null : { balance: balance.available },
    key: {
      id: caller.keyId,
      name: key.name ?? null,
      type: subscription === undefined ? 'credit' : 'subscription',
      created_at: key.createdAt.toISOString(),
      limits: showLimits(caller.limits.key),
      models: caller.models === undefined ? null : [...caller.models],
      expires_at: caller.expiresAt === undefined ? null : new Date(caller.expiresAt).toISOString(),
      ...used.key,
    },
    account: isLent ? null : { id: caller.accountId, limits: showLimits(caller.limits.account), ...used.account },
    balance: isLent ? null : balance,
  }
}
