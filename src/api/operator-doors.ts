import { fail } from '../failures.ts'
import { OPERATOR_ROLES, type OperatorRight, type OperatorRole, RIGHTS_OF } from '../operators/index.ts'
import type { Door } from './audit-access.ts'

/** Every door below /operator/v1 by the right that it asks for; one that is in no list is shut for all but owners. */
export const OPERATOR_DOORS: Readonly<Record<OperatorRight, readonly string[]>> = {
  look: [
    ...['GET /accounts', 'GET /accounts/:id', 'GET /accounts/:id/bill', 'GET /accounts/:id/erasure', 'GET /accounts/:id/keys'],
    ...['GET /accounts/:id/management-keys', 'GET /accounts/:id/payments', 'GET /accounts/:id/statements/:month'],
    ...['GET /accounts/:id/subscriptions', 'GET /accounts/:id/transfers', 'GET /accounts/:id/usage'],
    ...[
      'GET /audit',
      'GET /card-disputes',
      'GET /key-alarms',
      'GET /ledger/verify',
      'GET /models',
      'GET /models/:id{.+}',
      'GET /openapi.json',
      'GET /overview',
    ],
    ...[
      'GET /payment-problems',
      'GET /payments/:id/refunds',
      'GET /refunds',
      'GET /refunds/:id',
      'GET /refund-wishes',
      'GET /pending-credits',
      'GET /pending-credits/:id',
    ],
    ...['GET /plans', 'GET /plans/:id', 'GET /policy', 'GET /pools', 'GET /pools/:id', 'GET /pools/:id/seats'],
    ...['GET /prices', 'GET /prices/scheduled', 'GET /prices/short-notices', 'GET /prices/:version'],
    ...['GET /privacy/disclosures', 'GET /privacy/requests'],
    ...['GET /announcements', 'GET /incidents', 'GET /letters', 'GET /letters/:key/preview', 'GET /letters/:key/page'],
    ...[
      'GET /policy/own',
      'GET /policy/state',
      'GET /policy/transparency',
      'GET /policy/versions/:number',
      'GET /privacy/erasures',
      'GET /retention',
    ],
    ...['GET /setup', 'GET /reconciliations', 'GET /reconciliations/:day', 'GET /redeem-batches'],
    ...['GET /sign-up-allowances', 'GET /status/maintenance'],
    ...['GET /support/requests', 'GET /support/requests/:id', 'GET /upstreams', 'GET /upstreams/:id', 'GET /usdc/chains'],
    'GET /usdc/deposits',
  ],
  care: [
    ...['POST /accounts', 'PATCH /accounts/:id', 'PUT /accounts/:id/email', 'GET /accounts/:id/access', 'GET /accounts/:id/export'],
    ...['POST /accounts/:id/keys', 'PATCH /keys/:id', 'DELETE /keys/:id', 'POST /keys/:id/revoke', 'POST /keys/:id/resume'],
    ...['POST /keys/:id/pause', 'POST /sign-up-allowances', 'POST /keys/:id/leaked', 'POST /leaked-keys'],
    ...['POST /accounts/:id/management-keys', 'DELETE /accounts/:id/management-keys/:key'],
    ...['POST /accounts/:id/suspension', 'DELETE /accounts/:id/suspension'],
    ...['POST /privacy/requests', 'PATCH /privacy/requests/:id'],
    ...['PATCH /support/requests/:id', 'POST /support/requests/:id/answer'],
  ],
  money: [
    ...['POST /accounts/:id/credits', 'POST /accounts/:id/refunds', 'POST /accounts/:id/chargebacks', 'POST /accounts/:id/thaw'],
    ...['POST /pending-credits/:id/approve', 'POST /pending-credits/:id/refuse', 'POST /transfers/:id/reversals'],
    ...['POST /payment-problems/:id/resolution', 'POST /payments/:id/refunds', 'POST /usdc/chains/:chain/resumption'],
    ...['POST /refunds/:id/transaction', 'POST /refunds/:id/cancellation', 'POST /accounts/:id/subscriptions'],
    ...['POST /refund-wishes/:id/acceptance', 'POST /refund-wishes/:id/refusal'],
    ...['POST /subscriptions/:id/cancellation', 'DELETE /subscriptions/:id/cancellation', 'DELETE /prices/:version'],
    'DELETE /plans/:id/changes/:change',
    ...[
      'POST /redeem-batches',
      'POST /redeem-batches/:id/approve',
      'POST /redeem-batches/:id/disable',
      'POST /reconciliations/:day',
      'PUT /rails/manual/days/:day',
    ],
  ],
  house: [
    ...['PUT /upstreams/:id', 'DELETE /upstreams/:id', 'PUT /models/:id{.+}', 'DELETE /models/:id{.+}'],
    ...['POST /prices/import', 'PUT /setup/:step', 'POST /upstreams/:id/trial'],
    ...['POST /policy/own/preview', 'PUT /policy/own'],
    ...['PUT /plans/:id', 'DELETE /plans/:id', 'PUT /pools/:id', 'DELETE /pools/:id'],
    ...['PUT /status/checks', 'POST /status/maintenance', 'DELETE /status/maintenance/:id'],
    ...['POST /accounts/:id/erasure', 'POST /privacy/disclosures', 'POST /announcements', 'POST /accounts/:id/erasure/retry'],
    // Not with whoever can change the address of an account: both together would be a way into any.
    'POST /accounts/:id/second-factors/revocation',
    ...['POST /announcements/:id/withdrawal', 'POST /incidents', 'POST /incidents/:id/notes', 'POST /letters/:key/test'],
  ],
  own: [
    ...['GET /operators', 'POST /operators', 'PATCH /operators/:id', 'DELETE /operators/:id'],
    ...['POST /operators/invitations', 'POST /operators/:id/invitation', 'DELETE /operators/:id/sessions'],
    'DELETE /operators/:id/invitation',
  ],
}

/** Doors that somebody signed in by a browser opens within ten minutes of a proof only: what they do is not undone. */
export const FRESH_DOORS: readonly string[] = [
  ...['POST /accounts/:id/erasure', 'POST /accounts/:id/refunds', 'POST /accounts/:id/chargebacks', 'POST /payments/:id/refunds'],
  'POST /refund-wishes/:id/acceptance',
  'POST /accounts/:id/second-factors/revocation',
  ...[
    'DELETE /keys/:id',
    'POST /keys/:id/revoke',
    'POST /keys/:id/leaked',
    'POST /leaked-keys',
    'DELETE /accounts/:id/management-keys/:key',
  ],
  ...['POST /operators', 'PATCH /operators/:id', 'DELETE /operators/:id'],
  ...['POST /operators/invitations', 'POST /operators/:id/invitation', 'DELETE /operators/:id/sessions'],
  'DELETE /operators/:id/invitation',
]

const PREFIX = '/operator/v1'
const lineOf = ({ method, path }: Door): string => `${method} ${path.startsWith(PREFIX) ? path.slice(PREFIX.length) : path}`
const rights = Object.entries(OPERATOR_DOORS) as readonly (readonly [OperatorRight, readonly string[]])[]

/** The right that a door asks for. */
export const rightOf = (door: Door): OperatorRight => rights.find(([, lines]) => lines.includes(lineOf(door)))?.[0] ?? 'own'

/** Whether a door needs a proof of who it is from the last ten minutes. */
export const isFreshDoor = (door: Door): boolean => FRESH_DOORS.includes(lineOf(door))

/** Lets a role pass that has a right, or each of several. Fails with operator_role, which names the roles that have. */
export function requireRight(role: OperatorRole, ...wanted: readonly OperatorRight[]): void {
  const roles = OPERATOR_ROLES.filter((one) => wanted.every((right) => RIGHTS_OF[one].includes(right)))
  if (!roles.includes(role)) fail('operator_role', { role, roles: roles.join(' or ') })
}
