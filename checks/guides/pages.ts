/** Pages whose commands are typed one after the other, in the order a stranger would. */
export const GUIDES = [
  'docs/first-day.md',
  'docs/adding-upstreams.md',
  'docs/pricing.md',
  'docs/payments.md',
  'docs/bills.md',
  'docs/receipts.md',
  'docs/audit.md',
  'docs/privacy-for-operators.md',
  'docs/going-live.md',
  'docs/hardening.md',
] as const
