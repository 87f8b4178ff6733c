import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { fail } from '../../failures.ts'
import {
  changeMemberRole,
  invitationCode,
  listInvitations,
  listMembers,
  type MemberChange,
  makeInvitation,
  removeMember,
  requireRuns,
  withdrawInvitation,
} from '../../identity/index.ts'
import { revokeMemberKeys, setMemberCap } from '../../keys/index.ts'
import { readAmount } from '../amount.ts'
import { answerOnce } from '../answer-once.ts'
import {
  idempotencyHeader,
  idParameter,
  invitationRemembered,
  invitationShown,
  json,
  jsonBody,
  managed,
  managedError,
  memberChange,
  memberRemoval,
  memberShown,
  teamInvitationInput,
  teamInvitationMade,
  tell,
} from '../contract/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import { mintingOf } from '../minting.ts'
import { requireActing, requireFreshActing } from '../require-session.ts'
import { requireGivable } from './givable-roles.ts'
import { accountOf, behindOf, type ManageApp, type ManageDependencies, makerOf, repeatOf } from './manage-env.ts'
import { readMemberCaps } from './member-cap.ts'

/** Owners alone have to do with owners; a management key is as much as an admin. */
function mayHandleOwners(c: Context<CustomerEnv>): boolean {
  const customer = c.get('customer')
  return 'role' in customer && customer.role === 'owner'
}

/** The team of the caller's account: who is invited, who belongs to it, in what role, and what they may spend. */
export function teamRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase: database, subjects, clock, ids, identity } = dependencies
  app.openapi(listInvitationsRoute, async (c) => {
    const open = await listInvitations({ database, subjects, clock }, accountOf(c))
    return c.json(tell(open.map((one) => ({ ...showMade(one), email: one.email ?? null, invitedBy: one.invitedBy ?? null }))), 200)
  })
  app.openapi(inviteRoute, async (c) => {
    const { email, role } = c.req.valid('json')
    requireGivable(c, role, dependencies)
    if (role === 'owner' && !mayHandleOwners(c)) fail('member_role', { roles: 'owner', role: 'admin' })
    if (makerOf(c) !== undefined) await requireFreshActing(c, identity)
    if (email !== undefined) identity.requireInvitable(email)
    const [accountId, request] = [accountOf(c), await repeatOf(c)]
    const random = mintingOf(request, dependencies, 'invitation-code')
    let isNew = false
    const made = await answerOnce(database, request, {
      status: 201,
      schema: invitationRemembered,
      work: async (tx) => {
        isNew = true
        const input = { id: ids.uuid(), accountId, email, role, invitedBy: behindOf(c), random, now: clock.now() }
        return showMade(await makeInvitation(tx, subjects, input))
      },
    })
    const code = invitationCode(random)
    if (email !== undefined && isNew) identity.mailInvitation({ email, accountId, role, code })
    return c.json(tell({ ...made, email: email ?? null, code: email === undefined ? code : null }), 201)
  })
  app.openapi(withdrawRoute, async (c) => {
    const { id } = c.req.valid('param')
    await withdrawInvitation(database, { accountId: accountOf(c), id, mayHandleOwners: mayHandleOwners(c) })
    return c.json(tell({ id }), 200)
  })
  memberRoutes(app, dependencies)
}

function memberRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase: database, subjects, clock, ids, identity } = dependencies
  const list = async (c: Context<CustomerEnv>) => {
    const accountId = accountOf(c)
    const [members, caps] = await Promise.all([
      listMembers({ database, subjects }, accountId),
      readMemberCaps(database, accountId, clock.now()),
    ])
    return members.map(({ personId, email, role, isOpener, joinedAt }) => ({
      ...{ id: personId, email: email ?? null, role, isOpener, isYou: personId === makerOf(c), cap: caps.get(personId) ?? null },
      joinedAt: joinedAt.toISOString(),
    }))
  }
  const remove = async (change: MemberChange, keepsKeys: boolean) =>
    await database.transaction(async (tx) => {
      const now = clock.now()
      await removeMember(tx, { ...change, now })
      const { accountId, personId } = change
      return await revokeMemberKeys(tx, { accountId, personId, isTemporary: keepsKeys, now })
    })
  app.openapi(listMembersRoute, async (c) => c.json(tell(await list(c)), 200))
  app.openapi(changeMemberRoute, async (c) => {
    const [{ id: personId }, { role, cap }, accountId] = [c.req.valid('param'), c.req.valid('json'), accountOf(c)]
    if (role !== undefined) requireGivable(c, role, dependencies)
    const mayRaise = role === undefined || makerOf(c) === undefined || identity.isFresh(await requireActing(c, identity))
    const amount = cap === undefined || cap === null ? undefined : { amount: readAmount(cap.amount, undefined), window: cap.window }
    await database.transaction(async (tx) => {
      const by = makerOf(c)
      if (role !== undefined) await changeMemberRole(tx, { accountId, personId, role, by, mayRaise })
      else if (by !== undefined) await requireRuns(tx, { accountId, personId: by })
      if (cap !== undefined) await setMemberCap(tx, { accountId, personId, cap: amount, id: ids.uuid(), now: clock.now() })
    })
    return c.json(tell((await list(c)).find(({ id }) => id === personId) ?? fail('member_unknown')), 200)
  })
  app.openapi(removeMemberRoute, async (c) => {
    const personId = c.req.valid('param').id
    const keepsKeys = c.req.valid('query').keep_keys === 'true'
    const keysEnded = await remove({ accountId: accountOf(c), personId, by: makerOf(c) }, keepsKeys)
    return c.json(tell({ id: personId, keysEnded }), 200)
  })
  app.openapi(leaveRoute, async (c) => {
    const personId = makerOf(c) ?? fail('member_unknown')
    const keysEnded = await remove({ accountId: accountOf(c), personId, by: personId }, false)
    return c.json(tell({ id: personId, keysEnded }), 200)
  })
}

const showMade = ({ id, role, createdAt, expiresAt }: Awaited<ReturnType<typeof makeInvitation>>) => ({
  ...{ id, role, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() },
})

const failures = { default: json(managedError, 'What went wrong') }
const removed = json(managed(z.object({ id: z.string(), keysEnded: z.int() })), 'They are no member any more')

const listInvitationsRoute = createRoute({
  method: 'get',
  path: '/api/team/invitations',
  summary: 'List open invitations, newest first',
  responses: { 200: json(managed(z.array(invitationShown)), 'The invitations'), ...failures },
})

const inviteRoute = createRoute({
  method: 'post',
  path: '/api/team/invitations',
  summary:
    'Invite somebody by e-mail, or without one by a code that is in this answer and nowhere else; people need a new proof that it is them',
  request: { headers: idempotencyHeader, body: jsonBody(teamInvitationInput) },
  responses: { 201: json(managed(teamInvitationMade), 'The invitation'), ...failures },
})

const withdrawRoute = createRoute({
  method: 'delete',
  path: '/api/team/invitations/{id}',
  summary: 'Take an open invitation back',
  request: { params: idParameter },
  responses: { 200: json(managed(z.object({ id: z.string() })), 'It is worth nothing any more'), ...failures },
})

const listMembersRoute = createRoute({
  method: 'get',
  path: '/api/team/members',
  summary: 'List the members of the account',
  responses: { 200: json(managed(z.array(memberShown)), 'The members'), ...failures },
})

const changeMemberRoute = createRoute({
  method: 'patch',
  path: '/api/team/members/{id}',
  summary: "Change a member's role, or what the keys they made may spend together",
  request: { params: idParameter, body: jsonBody(memberChange) },
  responses: { 200: json(managed(memberShown), 'The member as they are now'), ...failures },
})

const removeMemberRoute = createRoute({
  method: 'delete',
  path: '/api/team/members/{id}',
  summary: 'Remove a member; the keys they made end at once, unless keep_keys is true',
  request: { params: idParameter, query: memberRemoval },
  responses: { 200: removed, ...failures },
})

const leaveRoute = createRoute({
  method: 'post',
  path: '/api/team/leave',
  summary: 'Leave an account that another person opened; the keys you made for it end at once',
  responses: { 200: removed, ...failures },
})
