import { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { fail } from '../../failures.ts'
import { endOldSecret, findSpending, findStops, getKey, type MemberOf, mintSecret, rotateKey } from '../../keys/index.ts'
import { answerOnce } from '../answer-once.ts'
import {
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  managed,
  managedError,
  ownKeyDetails,
  rotationInput,
  rotationMade,
  rotationRemembered,
  tell,
} from '../contract/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import { RIGHTS_OF_ROLE } from '../member-doors.ts'
import { mintingOf } from '../minting.ts'
import { showOwnSpending } from '../own-spending.ts'
import { showStop } from '../show-stop.ts'
import { accountOf, type ManageApp, type ManageDependencies, makerOf, repeatOf } from './manage-env.ts'
import { aboutKeys, showOwnKey } from './show-own-key.ts'

/** One key of the caller's account: all of it, and another secret for it. */
export function ownKeyDoors(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase, subjects, clock, bindSpending } = dependencies
  app.openapi(showRoute, async (c) => {
    const key = await ownKey(c, dependencies)
    const spending = bindSpending(key.id, await findSpending(appDatabase, key.id))
    const [about, limits, stops] = await Promise.all([
      aboutKeys(dependencies, { accountId: key.accountId, keyIds: [key.id] }),
      showOwnSpending(appDatabase, { spending }, clock.now()),
      findStops(appDatabase, subjects, [key.id]),
    ])
    const more = {
      ...{ revokedAt: key.revokedAt?.toISOString() ?? null, stop: showStop(stops.get(key.id)) },
      ...{ spending: limits.spending, canRotate: mayRotate(c, key.madeBy) },
    }
    return c.json(tell({ ...showOwnKey(key, about), ...more }), 200)
  })
  app.openapi(rotateRoute, async (c) => {
    const { id, accountId, madeBy } = await ownKey(c, dependencies)
    if (!mayRotate(c, madeBy)) fail('key_made_by_other')
    const { overlapHours } = c.req.valid('json')
    const request = await repeatOf(c)
    const random = mintingOf(request, dependencies, 'key-rotation')
    const made = await answerOnce(appDatabase, request, {
      status: 200,
      schema: rotationRemembered,
      work: async (tx) => showRotated((await rotateKey(tx, subjects, { accountId, id, random, overlapHours, now: clock.now() })).key),
    })
    return c.json(tell({ ...made, apiKey: mintSecret(random) }), 200)
  })
  app.openapi(endOldRoute, async (c) => {
    const { id, accountId, madeBy } = await ownKey(c, dependencies)
    if (!mayRotate(c, madeBy)) fail('key_made_by_other')
    return c.json(tell(showRotated(await endOldSecret(appDatabase, subjects, { accountId, id, now: clock.now() }))), 200)
  })
}

/** A key of the caller's account, also one that has ended; those of some minutes are nobody's to look at. Fails with key_unknown. */
async function ownKey(c: Context<CustomerEnv>, { appDatabase, subjects }: Pick<ManageDependencies, 'appDatabase' | 'subjects'>) {
  const key = await getKey(appDatabase, subjects, c.req.param('id') ?? '')
  return key.accountId === accountOf(c) && !key.isTemporary ? key : fail('key_unknown')
}

/** Another secret is told to whoever asks for it, so a member gets none of a key that somebody else made, unless they run the account. */
function mayRotate(c: Context<CustomerEnv>, madeBy: MemberOf['personId'] | undefined): boolean {
  const customer = c.get('customer')
  if (!('role' in customer) || RIGHTS_OF_ROLE[customer.role].includes('run')) return true
  return RIGHTS_OF_ROLE[customer.role].includes('keys') && madeBy !== undefined && madeBy === makerOf(c)
}

const showRotated = ({
  id,
  hint,
  oldSecretUntil,
}: {
  readonly id: string
  readonly hint: string
  readonly oldSecretUntil: Date | undefined
}) => ({
  ...{ id, hint, oldSecretUntil: oldSecretUntil?.toISOString() ?? null },
})

const failures = { default: json(managedError, 'What went wrong') }

const showRoute = createRoute({
  method: 'get',
  path: '/api/keys/{id}',
  summary: 'Show all of one key but the key: its limits and what is spent of them, its rules, when it was last used; ended ones too',
  request: { params: idParameter },
  responses: { 200: json(managed(ownKeyDetails), 'The key'), ...failures },
})

const rotateRoute = createRoute({
  method: 'post',
  path: '/api/keys/{id}/rotate',
  summary: 'Give a key another secret, which is in this answer and nowhere else; the one before works on for some hours',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(rotationInput) },
  responses: { 200: json(managed(rotationMade), 'The key with its new secret'), ...failures },
})

const endOldRoute = createRoute({
  method: 'delete',
  path: '/api/keys/{id}/old-secret',
  summary: 'End the secret that a key had before its rotation at once',
  request: { params: idParameter },
  responses: { 200: json(managed(rotationRemembered), 'Until when it worked'), ...failures },
})
