import { type Database, sql } from '../db/index.ts'
import type { SubscriptionState } from './subscription-record.ts'

/** A subscription as a key that is attached to it is told of it: to a plan, or a seat of a pool in a block; `paidUntil` undefined: it never ends. */
export type AttachedTo = {
  readonly of: { readonly planSlug: string } | { readonly poolSlug: string; readonly block: string }
  readonly status: 'active' | 'past_due' | 'canceled'
  /** The end of what is paid, or when it was ended before that. */
  readonly paidUntil: Date | undefined
}

type Row = {
  readonly plan_id: string | null
  readonly slug: string | null
  readonly block: string | null
  readonly state: SubscriptionState
  readonly paid_until: Date | null
}

/** What a subscription is to, how it does, and until when it is paid; undefined when there is none of this id. */
export async function findAttachedTo(database: Database, subscriptionId: string): Promise<AttachedTo | undefined> {
  const [row] = await database.query<Row>(sql`
    select s.plan_id, pool.slug, s.block, s.state, least(s.period_end, s.ended_at) as paid_until
    from subscription s left join pool on pool.id = s.pool_id where s.id = ${subscriptionId}::uuid`)
  return row && attachedOf(row)
}

const attachedOf = ({ plan_id: planSlug, slug, block, state, paid_until: paidUntil }: Row): AttachedTo => ({
  of: planSlug === null ? { poolSlug: slug ?? '', block: block ?? '' } : { planSlug },
  status: state === 'active' || state === 'past_due' ? state : 'canceled',
  paidUntil: paidUntil ?? undefined,
})
