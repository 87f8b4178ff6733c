import { seededRandom } from '../../../sim/index.ts'
import { connect, sql } from '../../../src/db/index.ts'
import { call, keyHeader, type Spoken, send } from '../../calls.ts'
import type { CheckContext } from '../../harness/index.ts'
import { inParallel } from '../../parallel.ts'
import { startWorld, type World } from '../../world.ts'

/** How keys are spoiled, by their text: `prefix` ones are spelt as keys are and begin like one that exists. */
export type Spoiling = {
  readonly malformed: (text: string, random: ReturnType<typeof seededRandom>) => string
  readonly wellFormed: (text: string, random: ReturnType<typeof seededRandom>) => string
}

type Asking = {
  readonly name: string
  readonly code: string
  readonly ask: (key: string) => Promise<{ readonly status: number; readonly text: string }>
}

const AT_ONCE = 12
const STATUS = 401
const BUSY = 503

/**
 * The same at the doors of a whole server, after the true keys were used, so that whoever remembers any remembers these. Where the tables of keys are
 * locked against everybody, what is spelt wrongly is refused as ever, and what is spelt rightly has to wait for them: so the first asked for none.
 */
export async function atDoors(
  context: CheckContext,
  count: number,
  { malformed, wellFormed }: Spoiling,
): Promise<Readonly<Record<string, number>>> {
  const world = await startWorld()
  try {
    const { id, key } = await world.operator.customer('10.00')
    const managing = ((await world.operator.ask('POST', `/accounts/${id}/management-keys`, { name: 'near' })) as { secret: string }).secret
    const { calls, manage } = askings(world)
    const doors = [...calls.map((asking) => ({ asking, text: key })), { asking: manage, text: managing }]
    const random = seededRandom(context.seed + 1)
    const expectTrue = async (when: string): Promise<void> => {
      for (const { asking, text } of doors) {
        const { status } = await asking.ask(text)
        context.expect(status === 200, `${when} the true key is answered ${status} by ${asking.name}`)
      }
    }
    const refuse = (spoil: Spoiling['malformed'], most: number) =>
      inParallel(
        Array.from({ length: most }, (_, index) => index),
        AT_ONCE,
        async (index) => {
          const { asking, text } = doors[index % doors.length] as (typeof doors)[number]
          const { status, text: told } = await asking.ask(spoil(text, random))
          context.expect(
            status === STATUS && asking.code.split(' ').some((code) => told.includes(code)),
            `${asking.name} answered ${status} ${told.slice(0, 120)}`,
          )
        },
      )
    await expectTrue('before')
    await refuse(malformed, count)
    await refuse(wellFormed, count)
    const locked = await whileLocked(world, async () => {
      const began = performance.now()
      await refuse(malformed, Math.min(count, 600))
      const millis = performance.now() - began
      const waiting = await calls[0]?.ask(wellFormed(key, random))
      context.expect(
        waiting?.status === BUSY,
        `blind: a key that has to be looked up was answered ${waiting?.status} while nobody can look`,
      )
      return Math.round(millis)
    })
    await expectTrue('after')
    return { atDoors: 2 * count, whileLocked: Math.min(count, 600), lockedMs: locked }
  } finally {
    await world.stop()
  }
}

/** Keys go into every header that takes one, and into one that takes none of the kind. */
function askings({ base }: World): { readonly calls: readonly Asking[]; readonly manage: Asking } {
  const calling = (protocol: Spoken): Asking => ({
    ...{ name: `a call in ${protocol}`, code: 'key authentication_error UNAUTHENTICATED' },
    ask: async (key) => {
      const { status, body } = await call({ base, key, protocol, outputMax: 1 })
      return { status, text: body.toString() }
    },
  })
  const get = (name: string, path: string, code: string): Asking => ({
    ...{ name, code },
    ask: async (key) => {
      const { status, body } = await send({ url: base + path, method: 'GET', headers: keyHeader({ protocol: 'openai', key }), body: '' })
      return { status, text: body.toString() }
    },
  })
  return {
    calls: [calling('openai'), calling('anthropic'), calling('gemini'), get('the list of models', '/v1/models', 'key')],
    manage: get('the keys of an account', '/api/keys', 'management_key'),
  }
}

/** Does something while nobody can read any of the tables in which keys are. */
async function whileLocked<Result>(world: World, work: () => Promise<Result>): Promise<Result> {
  const database = connect({ connection: world.connection(), role: undefined, poolMax: 1, statementTimeoutMs: 60_000 })
  try {
    return await database.transaction(async (tx) => {
      await tx.query(sql`lock table api_key, management_key, operator_token in access exclusive mode`)
      return await work()
    })
  } finally {
    await database.end()
  }
}
