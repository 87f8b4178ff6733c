import { sql } from '../../src/db/index.ts'
import { stopTestServer } from '../../src/db/testing.ts'
import type { SupportDesk } from '../../src/support/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { makeCanary } from '../privacy/canary.ts'
import { openRightsWorld, type RightsWorld } from '../privacy/rights-world.ts'

const DAY_MS = 86_400_000
const [PROMISED_DAYS, ALARM_DAY, DUE_DAY] = [3, 20, 30]

/**
 * CL-support: who asks support to be deleted is deleted, by a mailed link without signing in, or by the operator within the days that were
 * promised; what was asked and answered is read by its customer alone, stands nowhere in clear, is told of by a mail without a word of it, is an
 * alarm on day 20 and not before, and goes with the account.
 */
export async function support(context: CheckContext): Promise<Measured> {
  const world = await openRightsWorld()
  const desk = world.support
  const began = world.clock.at
  let byLink = 0
  try {
    for (let index = 0; index < context.n; index += 1) {
      world.clock.at = began
      const email = `support-${index}@example.com`
      const id = await world.customer(email)
      await askAndAnswer(context, { world, desk, id })
      if (index % 2 === 0) byLink += await deleteByLink(context, world, email)
      else await deleteByOperator(context, world, { id, email })
      const [left] = await world.kit.ownerDatabase.query<{ n: number }>(
        sql`select count(*)::int as n from support_request where account_id = ${id}::uuid`,
      )
      context.expect(left?.n === 0, `${left?.n} requests of somebody deleted are left`)
      context.expect(world.destroyed.includes(id), 'the key of somebody who asked to be deleted is there')
    }
    return { n: context.n, measured: { byLink, byOperator: context.n - byLink, promisedDays: PROMISED_DAYS, dueDays: DUE_DAY } }
  } finally {
    await world.close()
    await stopTestServer()
  }
}

type Case = { readonly world: RightsWorld; readonly desk: SupportDesk; readonly id: string }

async function askAndAnswer(context: CheckContext, { world, desk, id }: Case): Promise<void> {
  const began = world.clock.at
  const [question, answer] = [makeCanary(), makeCanary()]
  const asked = await desk.ask(id, `Please delete me. ${question}`)
  context.expect(Number(asked.promisedAt) - began === PROMISED_DAYS * DAY_MS, 'another day is promised than three from now')
  context.expect(Number(asked.dueAt) - began === DUE_DAY * DAY_MS, 'a request is not due on day 30')
  for (const [day, late] of [
    [ALARM_DAY - 1, 0],
    [ALARM_DAY, 1],
  ] as const) {
    world.clock.at = began + day * DAY_MS
    context.expect((await desk.count()).late === late, `on day ${day} not ${late} requests are late`)
  }
  world.clock.at = began + DAY_MS
  const mailsBefore = world.mails.length
  await desk.answer(world.kit.appDatabase, asked.id, `It is done. ${answer}`)
  context.expect((await desk.tellAnswered()) === 1, 'nobody was told of an answer')
  const told = world.mails.slice(mailsBefore)
  context.expect(told.length === 1 && told[0]?.template === 'support-answered', `${told.length} mails tell of one answer`)
  const own = await desk.own(id)
  context.expect(
    own.some((one) => one.question?.includes(question) && one.answer?.includes(answer)),
    'a customer does not see its own words',
  )
  const rows = await world.kit.ownerDatabase.query<{ row: string }>(sql`
    select to_jsonb(s)::text || encode(question_sealed, 'escape') || encode(answer_sealed, 'escape') as row from support_request s`)
  const everything = JSON.stringify([rows, told, world.logged])
  for (const word of [question, answer]) context.expect(!everything.includes(word), 'words of a request stand in clear somewhere')
}

async function deleteByLink(context: CheckContext, world: RightsWorld, email: string): Promise<1> {
  world.own.request({ email, kind: 'erase' })
  await world.own.settled()
  const { erasure } = await world.own.erase(world.lastLink().token, 0n)
  context.expect(erasure?.state === 'done', 'an erasure by link was not done at once')
  return 1
}

async function deleteByOperator(
  context: CheckContext,
  world: RightsWorld,
  { id: accountId, email }: { readonly id: string; readonly email: string },
): Promise<void> {
  const request = await world.rights.openRequest(world.kit.appDatabase, accountId, 'erase')
  context.expect(Number(request.promisedAt) - world.clock.at <= PROMISED_DAYS * DAY_MS, 'more than 72 hours are promised')
  const { erasure } = await world.rights.erase({ accountId, email, giveUp: 0n, cause: 'operator' })
  context.expect(erasure?.state === 'done', 'an erasure by the operator was not done at once')
  const { requests } = await world.rights.listRequests({ state: 'open', cursor: undefined, limit: 200 })
  context.expect(!requests.some(({ id }) => id === request.id), 'a request that was carried out is still open')
}
