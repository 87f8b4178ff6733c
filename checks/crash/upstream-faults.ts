import { createParser } from 'eventsource-parser'
import { protocolsOf, SIM_FAULTS, type SimExpectation, type SimFault } from '../../sim/index.ts'
import { type Answer, call, isFullAnswer, type Spoken } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import type { Customer, UsageRow } from '../operator.ts'
import { inParallel, until } from '../parallel.ts'
import { isRunning, residentBytes } from '../processes.ts'
import { startWorld, type World } from '../world.ts'

const FIRST_BYTE_SECONDS = 2
const IDLE_SECONDS = 2
/** Connect, first byte and idle time-outs in a row, and time for sixty-four megabytes on a busy machine. */
const END_MS_MAX = 20_000
/** A body that trickles in never idles; here the client is the one who ends it. */
const TRICKLE_MS_MAX = 4000
const GROWTH_BYTES_MAX = 20 * 1024 * 1024
const AT_ONCE = 10
/** Up to this size the gateway waits for an answer that is not streamed. */
const WAITING_BYTES_MAX = 1024 * 1024
const WARM_UP_CALLS = 200

type Trial = { readonly fault: SimFault; readonly spoken: Spoken; readonly isStream: boolean; readonly expected: SimExpectation }

/** CRA-10: every way in which a fake upstream can misbehave, in each protocol, streamed and not. */
export async function upstreamFaults(context: CheckContext): Promise<Measured> {
  const world = await startWorld({
    models: SIM_FAULTS.flatMap(({ name }) =>
      (['oai', 'ant', 'goo'] as const).map((upstream) => ({ id: modelOf(name, upstream), upstream, upstreamModel: `sim-model!${name}` })),
    ),
    env: {
      FAREBOX_CONNECT_TIMEOUT_SECONDS: '2',
      FAREBOX_FIRST_BYTE_TIMEOUT_SECONDS: String(FIRST_BYTE_SECONDS),
      FAREBOX_WHOLE_ANSWER_TIMEOUT_SECONDS: String(FIRST_BYTE_SECONDS),
      FAREBOX_IDLE_TIMEOUT_SECONDS: String(IDLE_SECONDS),
    },
  })
  try {
    const customer = await world.operator.customer('1000.00')
    const [gateway = 0] = world.pidsOf('gateway')
    const growths: number[] = []
    // The first pass brings code and buffers to their usual size; growth is what later ones add.
    const trials = trialsOf()
    await warmUp(world, customer)
    let before = 0
    for (let pass = 0; pass <= context.n; pass += 1) {
      await runPass(context, { world, customer, trials })
      const after = residentBytes(gateway)
      if (pass > 0) growths.push(after - before)
      before = after
      context.progress(`pass ${pass}: ${trials.length} trials, the gateway has ${Math.round(after / 2 ** 20)} MiB`)
    }
    context.expect(isRunning(gateway) && world.pidsOf('gateway').includes(gateway), 'the gateway died')
    // Memory that is waiting to be collected comes and goes; what is lost for good shows in every pass.
    const growth = Math.min(...growths)
    context.expect(growth <= GROWTH_BYTES_MAX, `the gateway grew by ${Math.round(growth / 2 ** 20)} MiB`)
    await checkResolved(context, world, customer)
    return {
      n: trials.length,
      measured: {
        faults: SIM_FAULTS.length,
        passes: context.n + 1,
        growthMiB: Math.round(growth / 2 ** 20),
        residentMiB: Math.round(before / 2 ** 20),
      },
    }
  } finally {
    await world.stop()
  }
}

const UPSTREAMS: Readonly<Record<Spoken, string>> = { openai: 'oai', 'openai-responses': 'oai', anthropic: 'ant', gemini: 'goo' }

const modelOf = (fault: string, upstream: string): string => `m-${fault}-${upstream}`

function trialsOf(): readonly Trial[] {
  return SIM_FAULTS.flatMap((fault) => {
    const spokens: readonly Spoken[] = protocolsOf(fault)
    return spokens.flatMap((spoken) => [
      { fault, spoken, isStream: true, expected: fault.expects },
      { fault, spoken, isStream: false, expected: fault.expectsUnstreamed },
    ])
  })
}

async function warmUp(world: World, { key }: Customer): Promise<void> {
  const calls = Array.from({ length: WARM_UP_CALLS }, (_, index) => index)
  await inParallel(calls, AT_ONCE, (index) => call({ base: world.base, key, protocol: 'openai', isStream: index % 2 === 0 }))
}

type Pass = { readonly world: World; readonly customer: Customer; readonly trials: readonly Trial[] }

async function runPass(context: CheckContext, { world, customer, trials }: Pass): Promise<void> {
  const answers = await inParallel(trials, AT_ONCE, ({ fault, spoken, isStream }) =>
    call({
      ...{ base: world.base, key: customer.key, protocol: spoken, isStream },
      model: modelOf(fault.name, UPSTREAMS[spoken]),
      millisMax: fault.name === 'one-byte-per-second' ? TRICKLE_MS_MAX : END_MS_MAX,
    }),
  )
  const rows = await until(
    () => world.operator.usage(customer.id),
    (found) => answers.every(({ requestId }) => requestId === '' || found.some((row) => row.request_id === requestId)),
    5000,
  )
  const byId = new Map(rows.map((row) => [row.request_id, row]))
  for (const [index, trial] of trials.entries()) {
    const answer = answers[index]
    if (answer !== undefined) judge(context, { trial, answer, row: byId.get(answer.requestId) })
  }
}

type Judged = { readonly trial: Trial; readonly answer: Answer; readonly row: UsageRow | undefined }

function judge(context: CheckContext, { trial, answer, row }: Judged): void {
  const { fault, spoken, isStream, expected } = trial
  const told = `${answer.status} ${answer.error} ${answer.body.subarray(-160).toString()}`
  const named = `${fault.name}, ${spoken}, ${isStream ? 'streamed' : 'whole'} (expected ${expected}): ${told}`
  if (fault.name === 'one-byte-per-second') return
  context.expect(answer.error !== 'GAVE_UP', `no end in ${Math.round(answer.millis)} ms: ${named}`)
  context.expect(isAsExpected(trial, answer), `not as expected: ${named}`)
  context.expect(row !== undefined, `the hold was not resolved: ${named}`)
}

function isAsExpected({ fault, spoken, isStream, expected }: Trial, answer: Answer): boolean {
  if (expected === 'ok') {
    // Bytes go on as they came: a stream that had its usage but no last frame is passed on without one.
    const isFull = fault.name === 'no-done' ? answer.status === 200 && answer.isWhole : isFullAnswer(answer, spoken)
    return isFull && !hasErrorFrame(spoken, answer.body)
  }
  const isError = answer.status >= 400 && isErrorBody(spoken, answer.body.toString())
  if (expected === 'error' && isError) return true
  // A whole answer that grew too large to wait for has begun; only a broken connection can say that it is not whole.
  if (!isStream && answer.body.length > WAITING_BYTES_MAX) return !answer.isWhole
  // What began as a stream ends as one: whole, or with the protocol's error frame.
  const isWellFormedStream = isStream && answer.status === 200 && answer.isWhole && endsWell(spoken, answer.body)
  return expected === 'error' ? isWellFormedStream && hasErrorFrame(spoken, answer.body) : isWellFormedStream || isError
}

function isErrorBody(spoken: Spoken, text: string): boolean {
  try {
    const parsed = JSON.parse(text) as {
      type?: unknown
      message?: unknown
      error?: { message?: unknown; type?: unknown; status?: unknown }
    }
    // Our own event of a response has its words beside the type, the provider's within.
    if (spoken === 'openai-responses' && parsed.type === 'error' && typeof parsed.message === 'string') return true
    if (spoken === 'gemini') return typeof parsed.error?.message === 'string' && typeof parsed.error.status === 'string'
    const isNamed = typeof parsed.error?.message === 'string' && typeof parsed.error.type === 'string'
    return isNamed && (spoken !== 'anthropic' || parsed.type === 'error')
  } catch {
    return false
  }
}

type StreamEvent = { readonly name: string | undefined; readonly data: string }

function streamEvents(body: Buffer): readonly StreamEvent[] {
  const events: StreamEvent[] = []
  const parser = createParser({ onEvent: ({ event, data }) => events.push({ name: event, data }) })
  parser.feed(body.toString())
  return events
}

/** Gemini's official client reads an error that stands in a stream as it is, outside of any event. */
const lastLine = (body: Buffer): string => body.toString().trimEnd().split(/\r?\n/).at(-1) ?? ''

const hasErrorFrame = (spoken: Spoken, body: Buffer): boolean =>
  spoken === 'gemini' ? isErrorBody(spoken, lastLine(body)) : hasErrorEvent(spoken, body)

const hasErrorEvent = (spoken: Spoken, body: Buffer): boolean =>
  streamEvents(body).some(({ name, data }) => isErrorBody(spoken, data) && (spoken === 'openai' || name === 'error'))

function endsWell(spoken: Spoken, body: Buffer): boolean {
  if (spoken === 'gemini' && isErrorBody(spoken, lastLine(body))) return true
  const last = streamEvents(body).findLast(({ data }) => data !== '')
  if (last === undefined) return false
  if (spoken === 'openai') return last.data === '[DONE]' || isErrorBody(spoken, last.data)
  if (spoken === 'openai-responses') return /^response\.(completed|incomplete)$/.test(last.name ?? '') || isErrorBody(spoken, last.data)
  if (spoken === 'gemini') return last.data.includes('"finishReason"')
  return last.name === 'message_stop' || isErrorBody(spoken, last.data)
}

/** Every call is settled: each is in the books, none is open, and what is still held is no more than slices. */
async function checkResolved(context: CheckContext, world: World, customer: Customer): Promise<void> {
  const held = await until(
    async () => (await world.operator.balance(customer.id)).held,
    (amount) => amount === 0n,
    15_000,
  )
  context.expect(held === 0n, `${held} nano-USD are still held`)
  const { ok, problems } = await world.operator.verify()
  context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
}
