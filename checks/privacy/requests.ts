import { stopTestServer } from '../../src/db/testing.ts'
import { REQUEST_KINDS, type RequestKind } from '../../src/privacy/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { openRightsWorld, type RightsWorld } from './rights-world.ts'

const DAY_MS = 86_400_000
const PROMISED_MS = 3 * DAY_MS
const [ALARM_DAY, DUE_DAY] = [20, 30]

/**
 * CL-dsr: a request by mail is carried out by its owner with the mailed link at once; one that needs the operator is open with its
 * dates, is no alarm on day 19 and one on day 20, and ends when it is done. Addresses that no account has leave no request.
 */
export async function requests(context: CheckContext): Promise<Measured> {
  const world = await openRightsWorld()
  try {
    let atOnce = 0
    for (let index = 0; index < context.n; index += 1) {
      const kind = REQUEST_KINDS[index % REQUEST_KINDS.length] ?? 'access'
      if (await serve(context, world, { kind, email: `person-${index}@example.com` })) atOnce += 1
    }
    return { n: context.n, measured: { at_once: atOnce, by_operator: context.n - atOnce } }
  } finally {
    await world.close()
    await stopTestServer()
  }
}

type Asked = { readonly kind: RequestKind; readonly email: string }

/** One request to its end; whether its owner could do it alone. */
async function serve(context: CheckContext, world: RightsWorld, { kind, email }: Asked): Promise<boolean> {
  const id = await world.customer(email)
  world.own.request({ email: `nobody-${email}`, kind })
  world.own.request({ email, kind })
  await world.own.settled()
  const { token } = world.lastLink()
  const before = await world.rights.counts()
  if (kind === 'object') {
    await world.own.object(token)
    await waitForOperator(context, world, before.requests.open + 1)
    return false
  }
  if (kind === 'access') context.expect((await world.own.access(token)).length > 0, 'nothing is held of somebody')
  if (kind === 'export') (await world.own.exportZip(token)).resume()
  if (kind === 'erase') context.expect((await world.own.erase(token, 0n)).erasure?.state === 'done', 'an erasure was not done at once')
  if (kind === 'correct') await world.own.beginCorrection(token, `new-${email}`)
  if (kind === 'correct') await world.own.confirmCorrection(world.lastLink().token, `new-${email}`)
  const { requests: all } = await world.rights.listRequests({ state: undefined, cursor: undefined, limit: 200 })
  const mine = all.filter(({ accountId }) => accountId === id)
  context.expect(mine.length === 1, `${mine.length} requests were written for one`)
  context.expect(mine[0]?.state === 'done', `a request to ${kind} that was served is ${mine[0]?.state}`)
  context.expect((await world.rights.counts()).requests.open === before.requests.open, 'a request that was served is still open')
  return true
}

async function waitForOperator(context: CheckContext, world: RightsWorld, open: number): Promise<void> {
  const began = world.clock.at
  const { requests: waiting } = await world.rights.listRequests({ state: 'open', cursor: undefined, limit: 200 })
  const mine = waiting.at(-1)
  context.expect(mine?.kind === 'object', 'an objection is not before the operator')
  context.expect(Number(mine?.promisedAt) - began <= PROMISED_MS, 'more than 72 hours are promised')
  context.expect(Number(mine?.dueAt) - began === DUE_DAY * DAY_MS, 'a request is not due on day 30')
  for (const [day, late] of [
    [0, 0],
    [ALARM_DAY - 1, 0],
    [ALARM_DAY, open],
  ] as const) {
    world.clock.at = began + day * DAY_MS
    const counted = (await world.rights.counts()).requests
    context.expect(counted.open === open && counted.late === late, `on day ${day} there are ${counted.open} open and ${counted.late} late`)
  }
  if (mine !== undefined) await world.rights.endRequest(mine.id, 'done')
  context.expect((await world.rights.counts()).requests.late === 0, 'an alarm goes on when its request has ended')
  world.clock.at = began
}
