import { ALL_SPOKEN, type Answer, call, keyHeader, send } from '../calls.ts'
import { customerDoors, GATEWAY_PATHS } from '../customer-doors.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { SURFACE_CALLS } from '../surface-calls.ts'
import { startWorld, type World } from '../world.ts'

/** PRV-06: the same body twice from one account and once from another makes as many calls upstream, and no answer of any kind may be kept. */
export async function noCache(context: CheckContext): Promise<Measured> {
  const world = await startWorld()
  try {
    const [first, second] = [await world.operator.customer('1000.00'), await world.operator.customer('1000.00')]
    const senders = [first.key, first.key, second.key]
    const rounds = Math.max(1, Math.round(context.n / (ALL_SPOKEN.length * 2)))
    const answers: Answer[] = []
    for (let round = 0; round < rounds; round += 1) {
      const protocol = ALL_SPOKEN[round % ALL_SPOKEN.length] ?? 'openai'
      for (const isStream of [false, true]) {
        const sent = senders.map((key) => () => call({ base: world.base, key, protocol, isStream, text: `The same words ${round}.` }))
        answers.push(...(await expectAsMany(context, world, { what: protocol, sent })))
      }
    }
    const embeddings = SURFACE_CALLS['openai-embeddings'].write({ models: ['m-openai'], text: 'The same words.' })
    const sent = senders.map((key) => () => post(world, { path: '/v1/embeddings', key, body: embeddings.body }))
    answers.push(...(await expectAsMany(context, world, { what: 'embeddings', sent })))
    const asked = await askAll(world, first.key)
    for (const [index, answer] of [...answers, ...asked].entries())
      context.expect(
        answer.headers['cache-control']?.includes('no-store') === true || isForEverybody(answer),
        `answer ${index} (${answer.headers['content-type']}, ${answer.headers['cache-control']}) with status ${answer.status} does not say that it may not be kept`,
      )
    return { n: answers.length, measured: { calls: answers.length, otherAnswers: asked.length } }
  } finally {
    await world.stop()
  }
}

type Sent = { readonly what: string; readonly sent: readonly (() => Promise<Answer>)[] }

async function expectAsMany(context: CheckContext, world: World, { what, sent }: Sent): Promise<readonly Answer[]> {
  const before = world.sim.calls.length
  const answers: Answer[] = []
  for (const send of sent) answers.push(await send())
  await world.sim.idle()
  const made = world.sim.calls.length - before
  context.expect(made === sent.length, `${what}: ${made} calls upstream for ${sent.length} of customers`)
  context.expect(
    answers.every(({ status }) => status === 200),
    `blind: ${what} was answered ${answers.map(({ status }) => status).join(', ')}`,
  )
  return answers
}

type Posted = { readonly path: string; readonly key: string; readonly body: Buffer }

const post = (world: World, { path, key, body }: Posted): Promise<Answer> => {
  const headers = { 'content-type': 'application/json', 'content-length': body.length, ...keyHeader({ protocol: 'openai', key }) }
  return send({ url: world.base + path, method: 'POST', headers, body, millisMax: 20_000 })
}

/** Answers of every other kind: what control says through each of its doors, refusals, what is not there; with a key and with none that is known. */
async function askAll(world: World, key: string): Promise<readonly Answer[]> {
  const doors = [...customerDoors(), ...GATEWAY_PATHS.map((path) => ({ method: 'GET', path }))]
  const answers: Answer[] = []
  for (const { method, path } of doors)
    for (const named of [key, 'sk-none']) {
      const headers = { ...keyHeader({ protocol: 'openai', key: named }), ...(method === 'POST' ? JSON_BODY : {}) }
      answers.push(await send({ url: world.base + path, method, headers, body: method === 'POST' ? '{}' : '', millisMax: 20_000 }))
    }
  return answers
}

const JSON_BODY = { 'content-type': 'application/json', 'content-length': 2 }

/** Scripts and style sheets of the program, and the drawings of the house, are the same for everybody. */
const isForEverybody = ({ headers }: Answer): boolean =>
  (/^text\/(?:javascript|css)(?:;|$)/.test(headers['content-type'] ?? '') &&
    headers['cache-control'] === 'public, max-age=31536000, immutable') ||
  (/^image\/(?:svg\+xml|png)$/.test(headers['content-type'] ?? '') && headers['cache-control'] === 'public, max-age=3600')
