import { formatUsd } from '../lib/index.ts'
import type { PendingCredit } from '../payments/index.ts'

/** A pending credit without its reason, as it is remembered for a repeated POST. */
export const rememberPending = (credit: PendingCredit) => ({
  id: credit.id,
  account_id: credit.accountId,
  amount: formatUsd(credit.amount),
  kind: credit.kind,
  state: credit.state,
  requested_by: credit.requestedBy,
  requested_at: credit.requestedAt.toISOString(),
  decided_by: credit.decidedBy ?? null,
  decided_at: credit.decidedAt?.toISOString() ?? null,
  transfer_id: credit.transferId ?? null,
})

/** A pending credit as operators see it. */
export const showPending = (credit: PendingCredit) => ({ ...rememberPending(credit), reason: credit.reason ?? null })
