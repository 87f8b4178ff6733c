import { type Database, sql } from '../../../db/index.ts'
import { errorCode } from '../../../lib/index.ts'
import { type StripeParts, timeOf } from './parts.ts'
import { isStripeError } from './stripe-error.ts'

/** Notes what Stripe keeps of an account that is being erased, before the account forgets it; `tx` is the transaction that erases. */
export async function queueErasure(tx: Database, accountId: string, at: Date): Promise<void> {
  await tx.query(sql`
    insert into stripe_erasure (account_id, customer_id, state, asked_at)
    select account_id, customer_id, 'asked', ${at}::timestamptz from stripe_customer where account_id = ${accountId}::uuid
    on conflict (account_id) do update set customer_id = excluded.customer_id, state = 'asked', job_id = null, ended_at = null`)
}

type Row = { readonly account_id: string; readonly customer_id: string | null; readonly job_id: string | null }

/**
 * Has Stripe forget erased accounts: where the operator may, all that belongs to the customer is redacted; then the customer is deleted with
 * its cards, and the name it had there is forgotten here. Every step can be done again. Returns how many are still open. Source:
 * docs.stripe.com/privacy/redaction (2026-11-26).
 */
export async function runErasures(parts: StripeParts): Promise<number> {
  const rows = await parts.database.query<Row>(sql`
    select account_id, customer_id, job_id from stripe_erasure where state = 'asked' order by asked_at`)
  let open = rows.length
  for (const row of rows) {
    const isDone = await advance(parts, row).catch((thrown: unknown) => {
      parts.log({ event: 'stripe-unerased', account: row.account_id, code: errorCode(thrown) })
      return false
    })
    if (isDone) open -= 1
  }
  return open
}

async function advance(parts: StripeParts, { account_id: accountId, customer_id: customerId, job_id: jobId }: Row): Promise<boolean> {
  if (customerId === null) return await finish(parts, accountId, 'nothing_kept')
  const outcome = parts.settings.isRedacting ? await redact(parts, { accountId, customerId, jobId }) : 'customer_deleted'
  if (outcome === undefined) return false
  await parts.api.deleteCustomer(customerId).catch((thrown: unknown) => {
    // What is redacted may take no other change.
    if (outcome !== 'redacted' || !isStripeError(thrown, 'forbidden', 'refused')) throw thrown
  })
  return await finish(parts, accountId, outcome)
}

type Redacting = { readonly accountId: string; readonly customerId: string; readonly jobId: string | null }

/** How redacting ended; undefined while it goes on. That Stripe would not redact is written down for the operator to see. */
async function redact({ api, database }: StripeParts, { accountId, customerId, jobId }: Redacting): Promise<string | undefined> {
  try {
    const job = jobId === null ? await api.createRedaction(customerId, `redact:${accountId}`) : await api.readRedaction(jobId)
    await database.query(sql`update stripe_erasure set job_id = ${job.id} where account_id = ${accountId}::uuid`)
    if (job.status === 'ready') await api.runRedaction(job.id)
    return ENDS[job.status]
  } catch (thrown) {
    if (!isStripeError(thrown, 'forbidden', 'refused', 'missing')) throw thrown
    return 'redaction_refused'
  }
}

const ENDS: Readonly<Record<string, string>> = { succeeded: 'redacted', failed: 'redaction_failed', canceled: 'redaction_failed' }

async function finish(parts: StripeParts, accountId: string, outcome: string): Promise<boolean> {
  await parts.database.query(sql`
    update stripe_erasure set state = 'done', outcome = ${outcome}, customer_id = null, job_id = null, ended_at = ${timeOf(parts)}::timestamptz
    where account_id = ${accountId}::uuid`)
  if (outcome.startsWith('redaction_')) parts.log({ event: 'stripe-unredacted', account: accountId, code: outcome })
  return true
}
