/** What an id in a path can name. A pool and a plan are the house's; all else belongs to an account. */
export type OwnedKind =
  | 'pool'
  | 'management-key'
  | 'key'
  | 'rotated-key'
  | 'refund'
  | 'payment'
  | 'call'
  | 'end-user'
  | 'invitation'
  | 'member'
  | 'mail-domain'
  | 'webhook'
  | 'delivery'

/** What is sent through a door, what each of its parameters names, and what its own account is answered. */
export type IdDoor = { readonly names: Readonly<Record<string, OwnedKind>>; readonly body?: object; readonly status: number }

/** Every door under /api that takes an id; SEC-01 fails where one is missing here or is not there any more. */
export const ID_DOORS: Readonly<Record<string, IdDoor>> = {
  'GET /api/pools/:id': { names: { id: 'pool' }, status: 200 },
  'POST /api/pools/:id/subscribe': {
    ...{ names: { id: 'pool' }, status: 201 },
    body: { blocks: ['asia'], quantity: 1, billingCycle: 'month' },
  },
  'DELETE /api/keys/management/:id': { names: { id: 'management-key' }, status: 200 },
  'GET /api/keys/:id': { names: { id: 'key' }, status: 200 },
  'PATCH /api/keys/:id': { names: { id: 'key' }, body: { name: 'other' }, status: 200 },
  'POST /api/keys/:id/resume': { names: { id: 'key' }, body: {}, status: 200 },
  'POST /api/keys/:id/rotate': { names: { id: 'key' }, body: { overlapHours: 24 }, status: 200 },
  'DELETE /api/keys/:id/old-secret': { names: { id: 'rotated-key' }, status: 200 },
  'DELETE /api/keys/:id': { names: { id: 'key' }, status: 200 },
  // Known, and of a chain that is not set up.
  'POST /api/account/refunds/:id/address': { names: { id: 'refund' }, body: { address: `0x${'d1'.repeat(20)}` }, status: 409 },
  // Known, and for people who are signed in alone.
  'POST /api/billing/payments/:id/refund': { names: { id: 'payment' }, body: {}, status: 403 },
  'GET /api/usage/:id': { names: { id: 'key' }, status: 200 },
  // Known, and not signed yet.
  'GET /api/receipts/:id': { names: { id: 'call' }, status: 404 },
  'PATCH /api/end-users/:id': { names: { id: 'end-user' }, body: { budget: null }, status: 200 },
  'POST /api/end-users/:id/keys': { names: { id: 'end-user' }, body: { name: 'other' }, status: 201 },
  'GET /api/end-users/:id/usage': { names: { id: 'end-user' }, status: 200 },
  'DELETE /api/end-users/:id': { names: { id: 'end-user' }, status: 200 },
  'DELETE /api/team/invitations/:id': { names: { id: 'invitation' }, status: 200 },
  'PATCH /api/team/members/:id': { names: { id: 'member' }, body: { role: 'viewer' }, status: 200 },
  'DELETE /api/team/members/:id': { names: { id: 'member' }, status: 200 },
  // Its record is not there, or no name server says so.
  'POST /api/team/sign-on/domains/:id/check': { names: { id: 'mail-domain' }, body: {}, status: 200 },
  'DELETE /api/team/sign-on/domains/:id': { names: { id: 'mail-domain' }, status: 200 },
  'PATCH /api/webhooks/:id': { names: { id: 'webhook' }, body: { events: ['key.created'] }, status: 200 },
  'POST /api/webhooks/:id/rotate': { names: { id: 'webhook' }, body: {}, status: 200 },
  'POST /api/webhooks/:id/test': { names: { id: 'webhook' }, body: {}, status: 202 },
  'GET /api/webhooks/:id/deliveries': { names: { id: 'webhook' }, status: 200 },
  'POST /api/webhooks/:id/deliveries/:delivery/resend': { names: { id: 'webhook', delivery: 'delivery' }, body: {}, status: 202 },
  'DELETE /api/webhooks/:id': { names: { id: 'webhook' }, status: 200 },
}

type Routes = readonly { readonly method: string; readonly path: string }[]

/** The doors of a router that take an id of something an account may have, each once; what people reach by signing in is elsewhere. */
export const doorsWithIds = (routes: Routes): readonly string[] => [
  ...new Set(
    routes
      .filter(({ method, path }) => method !== 'ALL' && /^\/api\/(?!auth|support|privacy).*:(?!month)/.test(path))
      .map(({ method, path }) => `${method} ${path}`),
  ),
]
