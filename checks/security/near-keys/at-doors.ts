import { seededRandom } from '../../../sim/index.ts'
import { connect, sql } from '../../../src/db/index.ts'
import { call, keyHeader, type Spoken, send } from '../../calls.ts'
import type { CheckContext } from '../../harness/index.ts'
import { inParallel } from '../../parallel.ts'
import { startWorld, type World } from '../../world.ts'
import { malformedText, wellFormedText } from './near-misses.ts'

type Asking = {
  readonly name: string
  readonly codes: readonly string[]
  readonly ask: (key: string) => Promise<{ readonly status: number; readonly text: string }>
}

/** A door, and the true key that it takes. */
type Door = { readonly asking: Asking; readonly secret: string }
type Doors = { readonly context: CheckContext; readonly doors: readonly Door[]; readonly random: Random }
type Random = ReturnType<typeof seededRandom>

const AT_ONCE = 12
const LOCKED_MAX = 600

/**
 * Near misses at the doors of a whole server, after the true keys were used, so that whoever remembers any remembers these. Where the tables of keys are
 * locked against everybody, what is spelt wrongly is refused as ever, and what is spelt rightly has to wait for them: so the first asked for none.
 */
export async function atDoors(context: CheckContext, count: number): Promise<Readonly<Record<string, number>>> {
  const world = await startWorld()
  try {
    const { id, key } = await world.operator.customer('10.00')
    const managing = ((await world.operator.ask('POST', `/accounts/${id}/management-keys`, { name: 'near' })) as { secret: string }).secret
    const { calls, manage } = askings(world)
    const doors = [...calls.map((asking) => ({ asking, secret: key })), { asking: manage, secret: managing }]
    const run: Doors = { context, doors, random: seededRandom(context.seed + 1) }
    const whileLocked = Math.min(count, LOCKED_MAX)
    await expectTrue(run, 'before')
    await expectRefused(run, malformedText, count)
    await expectRefused(run, wellFormedText, count)
    await lockingKeys(world, async () => {
      await expectRefused(run, malformedText, whileLocked)
      const { status } = await manage.ask(wellFormedText(managing, run.random))
      const waiting = await calls[0]?.ask(wellFormedText(key, run.random))
      context.expect(waiting?.status === 503 && status !== 401, 'blind: a key that has to be looked up is judged while nobody can look')
    })
    await expectTrue(run, 'after')
    return { atDoors: 2 * count, whileLocked }
  } finally {
    await world.stop()
  }
}

async function expectTrue({ context, doors }: Doors, when: string): Promise<void> {
  for (const { asking, secret } of doors) {
    const { status } = await asking.ask(secret)
    context.expect(status === 200, `${when} the true key is answered ${status} by ${asking.name}`)
  }
}

async function expectRefused({ context, doors, random }: Doors, spoil: typeof malformedText, count: number): Promise<void> {
  const turns = Array.from({ length: count }, (_, index) => doors[index % doors.length] as Door)
  await inParallel(turns, AT_ONCE, async ({ asking: { name, codes, ask }, secret }) => {
    const { status, text } = await ask(spoil(secret, random))
    context.expect(status === 401 && codes.some((code) => text.includes(code)), `${name} answered ${status} ${text.slice(0, 120)}`)
  })
}

/** What calls say of a key that is none, in their protocols. */
const CALL_CODES = ['invalid_api_key', 'key_invalid', 'authentication_error', 'UNAUTHENTICATED']

/** Keys go into every header that takes one, and into one that takes none of the kind. */
function askings({ base }: World): { readonly calls: readonly Asking[]; readonly manage: Asking } {
  const calling = (protocol: Spoken): Asking => ({
    ...{ name: `a call in ${protocol}`, codes: CALL_CODES },
    ask: async (key) => {
      const { status, body } = await call({ base, key, protocol, outputMax: 1 })
      return { status, text: body.toString() }
    },
  })
  const get = (name: string, path: string, codes: readonly string[]): Asking => ({
    ...{ name, codes },
    ask: async (key) => {
      const { status, body } = await send({ url: base + path, method: 'GET', headers: keyHeader({ protocol: 'openai', key }), body: '' })
      return { status, text: body.toString() }
    },
  })
  return {
    calls: [calling('openai'), calling('anthropic'), calling('gemini'), get('the list of models', '/v1/models', CALL_CODES)],
    manage: get('the keys of an account', '/api/keys', ['management_key_invalid']),
  }
}

/** Does something while nobody can read any of the tables in which keys are. */
async function lockingKeys(world: World, work: () => Promise<void>): Promise<void> {
  const database = connect({ connection: world.connection(), role: undefined, poolMax: 1, statementTimeoutMs: 60_000 })
  try {
    await database.transaction(async (tx) => {
      await tx.query(sql`lock table api_key, management_key, operator_token in access exclusive mode`)
      await work()
    })
  } finally {
    await database.end()
  }
}
