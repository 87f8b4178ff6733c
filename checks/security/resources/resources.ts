import { ALL_SPOKEN, call } from '../../calls.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import type { Customer } from '../../operator.ts'
import { inParallel } from '../../parallel.ts'
import { makeCanary } from '../../privacy/canary.ts'
import { dumpDatabase } from '../../privacy/dump.ts'
import { startWorld, type World } from '../../world.ts'
import { type FloodedDoor, floodsOf } from './cases.ts'
import { flood } from './flood.ts'
import { LARGE_BYTES, startSizesUpstream } from './hostile-sizes.ts'
import { oddCalls } from './odd-calls.ts'
import { type ProcessWatch, watchProcesses } from './process-watch.ts'

const GROWN_BYTES_MAX = 100 * 1_048_576
const LATE_MS_MAX = 50
/**
 * What is measured before anything is sent has to have been warm, with what honest customers do: V8 lets 64 MB of bytes lie that have passed through before it
 * looks for them, whoever they were for.
 */
const WARM_CALLS = 1_000
const WARM_LARGE = 6
const AT_ONCE = 4
/** How much of a reply without end its client takes. */
const TAKEN_BYTES_MAX = 50_000_000

type Run = { readonly context: CheckContext; readonly world: World; readonly marker: string; readonly counted: Record<string, number> }

/**
 * SEC-12: what is too large, too deep, too many or packed too well is refused by its class at every listener, and what upstreams send of that kind
 * is passed on or refused: no process ends or keeps more than 100 MB more for it, nothing is charged or kept, and the next customer is served.
 */
export async function resources(context: CheckContext): Promise<Measured> {
  const marker = makeCanary()
  const sizes = await startSizesUpstream()
  const world = await startWorld({
    upstreams: [
      { id: 'sizes', kind: 'openai', baseUrl: `${sizes.url}/v1` },
      { id: 'large', kind: 'openai', baseUrl: `${sizes.url}/large/v1` },
    ],
    models: [
      { id: 'm-sizes', upstream: 'sizes', upstreamModel: 'up' },
      { id: 'm-large', upstream: 'large', upstreamModel: 'up' },
    ],
    // A gateway that is replaced in the meantime would not be told from one that died.
    env: { FAREBOX_GATEWAY_RECYCLE_SECONDS: '86400', FAREBOX_BODY_MAX: '20000000' },
  })
  const counted: Record<string, number> = { floods: 0, megabytesTaken: 0 }
  const run: Run = { context, world, marker, counted }
  try {
    const [flooding, other] = [await world.operator.customer('10.00'), await world.operator.customer('1000.00')]
    await warm(run, other)
    const watch = watchProcesses(world)
    try {
      const doors = await doorsOf(run, flooding)
      for (const [turn, door] of doors.entries()) {
        await floodDoor(run, { door, turn, other })
        tellGrown(run, watch, door.name)
      }
      context.expect((await world.operator.usage(flooding.id)).length === 0, 'a flood was charged')
      context.expect((await world.operator.balance(flooding.id)).held === 0n, 'money is held for a flood')
      await hearSizes(run, sizes.kinds)
      tellGrown(run, watch, 'replies')
      await oddCalls(run, other)
      await judge(run, watch)
    } finally {
      watch.end()
    }
    return { n: context.n, measured: counted }
  } finally {
    await world.stop()
    sizes.close()
  }
}

async function warm({ context, world }: Run, { key }: Customer): Promise<void> {
  const text = 'a'.repeat(10_000)
  await inParallel(
    Array.from({ length: WARM_CALLS }, (_, index) => index),
    AT_ONCE,
    async (index) => {
      await call({ base: world.base, key, protocol: ALL_SPOKEN[index % ALL_SPOKEN.length] ?? 'openai', text, isStream: index % 2 === 0 })
      await (await fetch(`${world.base}/docs/search?q=key`)).arrayBuffer()
      await (
        await fetch(`${world.operatorBase}/operator/v1/models`, { headers: { authorization: `Bearer ${world.operatorToken}` } })
      ).arrayBuffer()
    },
  )
  for (let index = 0; index < WARM_LARGE; index += 1) {
    const protocol = index % 2 === 0 ? 'openai' : 'anthropic'
    const { status, body } = await call({ base: world.base, key, protocol, model: 'm-large' })
    context.expect(status === 200 && body.length > LARGE_BYTES, `blind: a large reply was answered ${status} with ${body.length} bytes`)
  }
}

/** A form whose first part is a file, so that it could be read on for its model. */
const FORM_OPENING = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'

/** Doors of both planes and of every way that bodies are read. */
async function doorsOf({ world }: Run, { id, key }: Customer): Promise<readonly FloodedDoor[]> {
  const made = (await world.operator.ask('POST', `/accounts/${id}/management-keys`, { name: 'floods' })) as { secret: string }
  const operatorPort = Number(new URL(world.operatorBase).port)
  const [port, bearer] = [world.port, `authorization: Bearer ${key}`]
  const asPage = [`origin: http://localhost:${port}`, 'sec-fetch-site: same-origin']
  const managing = [`authorization: Bearer ${made.secret}`]
  return [
    { name: 'chat', port, line: 'POST /v1/chat/completions HTTP/1.1', headers: [bearer], opening: '{"model":"m-openai","messages":' },
    { name: 'messages', port, line: 'POST /v1/messages HTTP/1.1', headers: [bearer], opening: '{"model":"m-anthropic","metadata":' },
    { name: 'responses', port, line: 'POST /v1/responses HTTP/1.1', headers: [bearer], opening: '{"model":"m-openai","input":' },
    { name: 'gemini', port, line: 'POST /v1beta/models/m-gemini:generateContent HTTP/1.1', headers: [bearer], opening: '{"contents":' },
    { name: 'embeddings', port, line: 'POST /v1/embeddings HTTP/1.1', headers: [bearer], opening: '{"model":"m-openai","input":' },
    { name: 'a form', port, line: 'POST /v1/audio/transcriptions HTTP/1.1', headers: [bearer], opening: FORM_OPENING, isForm: true },
    { name: 'no key', port, line: 'POST /v1/chat/completions HTTP/1.1', headers: ['authorization: Bearer fbx_none'], opening: '{"model":' },
    { name: 'management', port, line: 'POST /api/keys/credit HTTP/1.1', headers: managing, opening: '{"name":' },
    { name: 'sign-in', port, line: 'POST /api/auth/sign-in HTTP/1.1', headers: asPage, opening: '{"email":' },
    { name: 'privacy', port, line: 'POST /api/privacy/requests HTTP/1.1', headers: [bearer], opening: '{"kind":' },
    { name: 'support', port, line: 'POST /api/support/requests HTTP/1.1', headers: [bearer], opening: '{"text":' },
    { name: 'a webhook', port, line: 'POST /webhooks/stripe HTTP/1.1', headers: ['stripe-signature: t=1,v1=00'], opening: '{"id":' },
    { name: 'unsubscribe', port, line: 'POST /unsubscribe/nothing HTTP/1.1', headers: [], opening: '{"a":' },
    {
      ...{ name: 'operator', port: operatorPort, line: 'POST /operator/v1/accounts HTTP/1.1', opening: '{"email":' },
      headers: [`authorization: Bearer ${world.operatorToken}`, 'idempotency-key: floods'],
    },
    { name: 'operator sign-in', port: operatorPort, line: 'POST /operator/auth/sign-in HTTP/1.1', headers: [], opening: '{"email":' },
  ]
}

/** Floods that a door refuses before it reads them, as nobody is let in there or nothing is there. */
const REFUSED_AT_THE_DOOR = [401, 403, 404, 405]

/** Before a merge each door has its turn with every fourth flood, and each flood with every fourth door. */
const TURNS = { pr: 4, nightly: 1, release: 1 } as const

type Flooding = { readonly door: FloodedDoor; readonly turn: number; readonly other: Customer }

async function floodDoor({ context, world, marker, counted }: Run, { door, turn, other }: Flooding): Promise<void> {
  const isOpen = !['no key', 'a webhook', 'unsubscribe', 'operator sign-in', 'sign-in'].includes(door.name)
  for (const { name, flood: sent, statuses } of floodsOf(door, { marker, megabytes: context.n }).filter(
    (_, index) => (index + turn) % TURNS[context.tier] === 0,
  )) {
    const { status, sent: bytes } = await flood(sent)
    const isRight = statuses.includes(status) || (!isOpen && REFUSED_AT_THE_DOOR.includes(status))
    context.expect(isRight, `${name} was answered ${status} after ${bytes} bytes`)
    counted['floods'] = (counted['floods'] ?? 0) + 1
    counted['megabytesTaken'] = (counted['megabytesTaken'] ?? 0) + Math.round(bytes / 1e6)
    const next = await call({ base: world.base, key: other.key, protocol: 'openai' })
    context.expect(next.status === 200, `after ${name} another customer was answered ${next.status} ${next.error}`)
  }
}

/** Answers of upstreams that have no end or unfold; whoever asked for them gets what there is, or a failure. */
async function hearSizes({ context, world, counted }: Run, kinds: number): Promise<void> {
  const { key } = await world.operator.customer('1000.00')
  for (let index = 0; index < kinds * ALL_SPOKEN.length; index += 1) {
    const protocol = ALL_SPOKEN[Math.floor(index / kinds)] ?? 'openai'
    const seen = { bytes: 0 }
    const answer = await call({
      ...{ base: world.base, key, protocol, model: 'm-sizes', isStream: index % 2 === 0 },
      // Whoever asked has no room for all of it either.
      shallAbort: ({ bytes }) => {
        seen.bytes += bytes.length
        return seen.bytes > TAKEN_BYTES_MAX
      },
    })
    context.expect(
      answer.status !== 0 || answer.error !== 'GAVE_UP',
      `a reply without measure, way ${index % kinds} in ${protocol}, had no end`,
    )
    counted['replies'] = (counted['replies'] ?? 0) + 1
  }
}

/** What had how much more and was how late by the end of a part, so that a failure says of which part it is. */
function tellGrown({ context }: Run, watch: ProcessWatch, part: string): void {
  const grown = Object.entries(watch.grownBytes()).map(([role, bytes]) => `${role} ${Math.round(bytes / 1_048_576)} MB more`)
  const late = Object.entries(watch.lateMs()).map(([role, millis]) => `${role} ${Math.round(millis)} ms late`)
  context.progress(`by the end of ${part}: ${[...grown, ...late].join(', ')}`)
}

async function judge({ context, world, marker, counted }: Run, watch: ProcessWatch): Promise<void> {
  for (const role of watch.gone()) context.fail(`a process ended: ${role}`)
  for (const [role, bytes] of Object.entries(watch.grownBytes())) {
    counted[`${role}GrownMegabytes`] = Math.round(bytes / 1_048_576)
    context.expect(bytes <= GROWN_BYTES_MAX, `${role} had ${Math.round(bytes / 1_048_576)} MB more`)
  }
  for (const [role, millis] of Object.entries(watch.lateMs())) {
    counted[`${role}LateMs`] = Math.round(millis)
    // Before a merge other tests run beside this one, and what is late then is late for them.
    context.expect(context.tier === 'pr' || millis <= LATE_MS_MAX, `the event loop of ${role} was ${Math.round(millis)} ms late`)
  }
  const places = [...(await dumpDatabase(world.connection())), { name: 'log', text: world.log() }]
  for (const { name, text } of places) context.expect(!text.includes(marker), `what a flood said is in: ${name}`)
  const { ok, problems } = await world.operator.verify()
  context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
}
