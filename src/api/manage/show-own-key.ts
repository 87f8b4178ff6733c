import type { ApiKey } from '../../keys/index.ts'
import { lastUses } from '../../usage/index.ts'
import { showIpRanges, showRouting, showSpendCap } from '../contract/index.ts'
import { showLimits } from '../limits.ts'
import type { OwnSubscription } from '../ports/index.ts'
import type { ManageDependencies } from './manage-env.ts'

/** What there is to say of keys beside themselves; `now` in milliseconds. */
export type AboutKeys = {
  readonly uses: ReadonlyMap<string, Date>
  readonly subscriptionOf: ReadonlyMap<string, string>
  readonly subscriptions: readonly OwnSubscription[]
  readonly now: number
}

/** Gathers what there is to say of some keys of an account beside themselves. */
export async function aboutKeys(
  { appDatabase, clock, manage }: Pick<ManageDependencies, 'appDatabase' | 'clock' | 'manage'>,
  { accountId, keyIds }: { readonly accountId: string; readonly keyIds: readonly string[] },
): Promise<AboutKeys> {
  const [uses, subscriptionOf, subscriptions] = await Promise.all([
    lastUses(appDatabase, keyIds),
    manage.subscriptionKeys?.of(accountId) ?? new Map<string, string>(),
    manage.plans?.listOwn(accountId) ?? [],
  ])
  return { uses, subscriptionOf, subscriptions, now: clock.now() }
}

/** A key as its account sees it, without the key. */
export function showOwnKey(key: ApiKey, { uses, subscriptionOf, subscriptions, now }: AboutKeys) {
  const subscriptionId = subscriptionOf.get(key.id)
  const subscription = subscriptions.find(({ id }) => id === subscriptionId)
  const isExpired = key.expiresAt !== undefined && key.expiresAt.getTime() <= now
  return {
    id: key.id,
    name: key.name ?? null,
    hint: key.hint,
    keyType: subscriptionId === undefined ? ('credit' as const) : ('subscription' as const),
    keyPlan: subscription === undefined ? null : planOf(subscription),
    isActive: key.pausedAt === undefined && !isExpired,
    subscriptionId: subscriptionId ?? null,
    subscriptionStatus: subscription?.status ?? null,
    subscriptionExpiresAt: subscription?.currentPeriodEnd?.toISOString() ?? null,
    pausedFor: key.pausedFor ?? null,
    limits: showLimits(key.limits),
    spendCap: showSpendCap(key.spendCap),
    models: key.models === undefined ? null : [...key.models],
    routing: showRouting(key.routing),
    ipRanges: showIpRanges(key.ipRanges),
    madeBy: key.madeBy ?? null,
    expiresAt: key.expiresAt?.toISOString() ?? null,
    oldSecretUntil: key.oldSecretUntil?.toISOString() ?? null,
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: uses.get(key.id)?.toISOString() ?? null,
  }
}

const planOf = ({ of }: OwnSubscription): string => ('planSlug' in of ? of.planSlug : `${of.poolSlug}:${of.block}`)
