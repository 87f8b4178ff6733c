import { createServer, type IncomingMessage } from 'node:http'
import { openaiPathOf } from './azure.ts'
import { asBedrock, bedrockBody, isInvoked } from './bedrock.ts'
import { SimBilling } from './billing.ts'
import { type OpenCall, openCall, type SimCall } from './calls.ts'
import { closeServer, type Exchange, isGone, listenOn, readBody, sendAnswer, sendInPieces, writeOut } from './exchange.ts'
import { errorAnswer, faultAnswer, modelsAnswer, type SimAnswer, unauthorizedAnswer } from './fault-answers.ts'
import { playOnSocket } from './fault-socket.ts'
import { faultGroupOf, SIM_FAULTS, type SimFaultName } from './faults.ts'
import { geminiHelp } from './gemini-help.ts'
import { geminiAddressOf } from './gemini-request.ts'
import { errorOfHabit, refusalOfHabit } from './habits.ts'
import { providerHeaders } from './headers.ts'
import { planReply } from './plan.ts'
import { NO_PARTS, type Reply } from './reply.ts'
import { reportAnswer } from './reports.ts'
import { readRequest, type SimProtocol, type SimRequest } from './request.ts'
import { type BadMarker, type SimScript, scriptOfMarker, splitModel } from './script.ts'
import { type Sending, sendReply } from './send.ts'
import { isSurface, surfaceAnswer } from './surfaces/index.ts'
import { loadTokenizer } from './tokens.ts'

/** Settings of a fake upstream. */
export type SimUpstreamOptions = {
  /** Port on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number
  /** The same seed and the same calls in the same order give the same answers. Default 1. */
  readonly seed?: number
  /** Keeps the body of every request in `SimCall.body`. Default false. */
  readonly keepBodies?: boolean
  /** Calls kept in `calls`; the oldest go first. Default 100,000. */
  readonly callsMax?: number
  /** The only key that is let in (as bearer, x-api-key or x-goog-api-key). Default: any. */
  readonly apiKey?: string
  /** The key that reads usage and cost reports; without one nobody may. */
  readonly adminKey?: string
  /** What is charged for calls, in nano-USD for a token; nothing by default. */
  readonly rates?: { readonly input: bigint; readonly output: bigint }
  /** How calls are answered that have no marker of their own. */
  readonly script?: SimScript | ((request: SimRequest) => SimScript)
}

/** A running fake upstream. */
export type SimUpstream = {
  readonly port: number
  /** `http://127.0.0.1:<port>`, without a path. */
  readonly url: string
  /** Every call so far, oldest first, filled in as it runs. */
  readonly calls: readonly SimCall[]
  /** Sets how later calls are answered; a marker in a call adds to it and wins. */
  readonly script: (script: SimScript | ((request: SimRequest) => SimScript)) => void
  /** What it reports of its calls, and how. Calls are counted as they end, on the day of the machine. */
  readonly billing: SimBilling
  /** Resolves when no call is open. */
  readonly idle: () => Promise<void>
  /** Empties `calls`. */
  readonly forget: () => void
  /** Ends all connections and stops listening. */
  readonly close: () => Promise<void>
}

const BODY_BYTES_MAX = 256 * 1024 * 1024
const CALLS_MAX = 100_000

/**
 * Starts a fake upstream that speaks OpenAI chat completions and responses, Anthropic messages and Gemini, and knows the truth about its
 * tokens.
 */
export async function startSimUpstream(options: SimUpstreamOptions = {}): Promise<SimUpstream> {
  const state: State = { options, script: options.script ?? {}, calls: [], taken: 0, open: new Set(), billing: new SimBilling() }
  const tokenizer = loadTokenizer()
  const server = createServer((request, response) => {
    const task = handle(state, { request, response, socket: request.socket })
    const watched = task.catch(() => void request.socket.destroy()).finally(() => state.open.delete(watched))
    state.open.add(watched)
  })
  // The fake decides itself when a connection ends; node:http's own time-outs would end a scripted hang.
  server.requestTimeout = 0
  server.keepAliveTimeout = 60_000
  await tokenizer
  const port = await listenOn(server, { host: '127.0.0.1', port: options.port ?? 0 })
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    calls: state.calls,
    billing: state.billing,
    script: (script) => {
      state.script = script
    },
    idle: async () => {
      while (state.open.size > 0) await Promise.all(state.open)
    },
    forget: () => {
      state.calls.length = 0
    },
    close: () => closeServer(server),
  }
}

type State = {
  readonly options: SimUpstreamOptions
  script: SimScript | ((request: SimRequest) => SimScript)
  readonly calls: OpenCall[]
  taken: number
  readonly open: Set<Promise<void>>
  readonly billing: SimBilling
}

async function handle(state: State, plain: Exchange): Promise<void> {
  const exchange = isInvoked(plain.request.url ?? '') ? asBedrock(plain) : plain
  const body = await readBody(exchange.request, BODY_BYTES_MAX)
  if (body === undefined) return void exchange.socket.destroy()
  const report = reportOf(state, exchange.request)
  if (report !== undefined) return sendAnswer(exchange, report)
  const helped = await geminiHelp(exchange.request, body)
  if (helped !== undefined) return sendAnswer(exchange, helped)
  const call = takeCall(state, exchange.request, body)
  const surface = openaiPathOf(exchange.request.url ?? '')
  if (isSurface(surface)) return await handleSurface(state, exchange, { call, body, path: surface })
  const request = call.protocol === 'none' ? undefined : readRequest(call.protocol, withModelOf(call.path, body), call.path)
  const refusal = refusalOf(state, { call, request, method: exchange.request.method ?? '' })
  if (refusal !== undefined || request === undefined || 'message' in request) {
    sendAnswer(exchange, refusal ?? NOT_FOUND)
    call.ended = 'complete'
    return
  }
  const script = scriptFor(state, request)
  if ('word' in script) {
    const message = `sim: the marker's word "${script.word}" is not known`
    sendAnswer(exchange, errorAnswer(request.protocol, { status: 400, type: 'invalid_request_error', message }))
    call.ended = 'complete'
    return
  }
  const disliked = refusalOfHabit(script.habit, body)
  if (disliked !== undefined) {
    sendAnswer(exchange, errorAnswer(request.protocol, { status: 422, type: 'invalid_request_error', ...disliked }))
    call.ended = 'complete'
    return
  }
  const reply = planReply({
    request,
    script,
    seed: (state.options.seed ?? 1) * 1_000_003 + state.taken,
    tokenizer: await loadTokenizer(),
    createdAt: Math.floor(Date.now() / 1000),
  })
  fillIn(call, { request, script, reply })
  const onSent = (tokens: number): void => {
    call.trueOutputTokensSent += tokens
  }
  await answer(exchange, call, { request, script, reply, headers: {}, onSent })
  if (call.trueOutputTokensSent > 0) countCall(state, call, splitModel(request.model).name)
}

type SurfaceCall = { readonly call: OpenCall; readonly body: Buffer; readonly path: string }

/** Answers what is no chat, and notes the truth about it. */
async function handleSurface(state: State, exchange: Exchange, { call, body, path }: SurfaceCall): Promise<void> {
  const contentType = String(exchange.request.headers['content-type'])
  const answer = surfaceAnswer(path, { contentType, body, tokenizer: await loadTokenizer() })
  const { apiKey } = state.options
  const isLetIn = call.headersSeen['authorization'] === `Bearer ${apiKey}` || call.headersSeen['x-api-key'] === apiKey
  if (apiKey !== undefined && !isLetIn) return sendAnswer(exchange, unauthorizedAnswer('openai'))
  if (answer === undefined) {
    const message = 'We could not parse the body of your request.'
    return sendAnswer(exchange, errorAnswer('openai', { status: 400, type: 'invalid_request_error', message }))
  }
  const { isStream, prompt, output, parts, pieces } = answer
  Object.assign(call, { isStream, model: answer.model, truePromptTokens: prompt, plannedOutputTokens: output, truePieces: pieces })
  call.trueParts = { ...NO_PARTS, ...parts }
  const isBare = !isStream && !answer.contentType.startsWith('audio/')
  const length = isBare ? { 'content-length': String(answer.chunks.reduce((sum, chunk) => sum + Buffer.byteLength(chunk), 0)) } : {}
  exchange.response.writeHead(200, { 'content-type': answer.contentType, ...length, ...providerHeaders('openai', call) })
  for (const chunk of answer.chunks) if (!(await writeOut(exchange, chunk))) break
  exchange.response.end()
  call.trueOutputTokensSent = output
  call.ended = isGone(exchange) ? 'client-gone' : 'complete'
}

function reportOf(state: State, request: IncomingMessage): SimAnswer | undefined {
  if (request.method !== 'GET') return undefined
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  return reportAnswer(state.billing, state.options.adminKey, { url: request.url ?? '', headers })
}

/** A provider charges for the prompt and for what it had made when the call ended. */
function countCall(state: State, call: OpenCall, model: string): void {
  const {
    truePromptTokens: prompt,
    trueCachedTokens: cached,
    trueCacheWrite5mTokens: cacheWrite5m,
    trueCacheWrite1hTokens: cacheWrite1h,
  } = call
  const output = call.ended === 'complete' ? call.plannedOutputTokens : call.trueOutputTokensSent
  const rates = state.options.rates ?? { input: 0n, output: 0n }
  state.billing.record({
    ...{ day: new Date(Date.now()).toISOString().slice(0, 10), model, cached, cacheWrite5m, cacheWrite1h, output },
    input: prompt - cached - cacheWrite5m - cacheWrite1h,
    chargedNano: BigInt(prompt) * rates.input + BigInt(output) * rates.output,
  })
}

const PROTOCOLS: { readonly [path: string]: SimProtocol } = {
  '/v1/chat/completions': 'openai',
  '/v1/responses': 'openai-responses',
  '/v1/messages': 'anthropic',
}

/** Vertex has the model in the path. */
const VERTEX = /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/publishers\/anthropic\/models\/([^/:]+):(?:rawPredict|streamRawPredict)$/

/** A body in which the model of a path stands, and which is none without its version or with a model of its own. */
function withModelOf(path: string, body: Buffer): Buffer {
  const invoked = bedrockBody(path, body)
  if (invoked !== undefined) return invoked
  const model = VERTEX.exec(path)?.[1]
  if (model === undefined) return body
  const fields = JSON.parse(body.toString()) as Readonly<Record<string, unknown>>
  const isRight = fields['model'] === undefined && fields['anthropic_version'] === 'vertex-2023-10-16'
  return isRight ? Buffer.from(JSON.stringify({ ...fields, model: decodeURIComponent(model) })) : Buffer.from('{}')
}

const GENERATING: ReadonlySet<string> = new Set(['generateContent', 'streamGenerateContent'])
const geminiAt = (path: string): SimProtocol | 'none' => (GENERATING.has(geminiAddressOf(path)?.method ?? '') ? 'gemini' : 'none')

/** Bedrock has Anthropic's protocol below a path of its own. */
const protocolAt = (path: string): SimProtocol | 'none' =>
  PROTOCOLS[path.replace(/^\/anthropic(?=\/)/, '')] ?? (VERTEX.test(path) || isInvoked(path) ? 'anthropic' : geminiAt(path))

function takeCall(state: State, request: IncomingMessage, body: Buffer): OpenCall {
  state.taken += 1
  const path = (request.url ?? '').split('?')[0] ?? ''
  const headersSeen = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const head = { protocol: protocolAt(openaiPathOf(request.url ?? '')), path, headersSeen }
  const call = openCall(`call-${state.taken}`, head, { bytes: body, isKept: state.options.keepBodies === true })
  state.calls.push(call)
  const callsMax = state.options.callsMax ?? CALLS_MAX
  // Dropped in tenths, as dropping one at a time would move the whole list at every call.
  if (state.calls.length > callsMax) state.calls.splice(0, Math.ceil(callsMax / 10))
  return call
}

const NOT_FOUND: SimAnswer = errorAnswer('openai', { status: 404, type: 'invalid_request_error', message: 'Invalid URL' })

type Taken = { readonly call: OpenCall; readonly request: ReturnType<typeof readRequest> | undefined; readonly method: string }

function refusalOf(state: State, { call, request, method }: Taken): SimAnswer | undefined {
  if (call.path === '/v1/models' && method === 'GET') return modelsAnswer('sim-model')
  if (call.protocol === 'none' || request === undefined) return NOT_FOUND
  if (method !== 'POST') return errorAnswer(call.protocol, { status: 405, type: 'invalid_request_error', message: 'Not allowed' })
  const { apiKey } = state.options
  const { authorization, 'x-api-key': named, 'x-goog-api-key': googled } = call.headersSeen
  const isLetIn = apiKey === undefined || authorization === `Bearer ${apiKey}` || named === apiKey || googled === apiKey
  if (!isLetIn) return unauthorizedAnswer(call.protocol)
  return 'message' in request ? errorAnswer(call.protocol, { status: 400, type: 'invalid_request_error', ...request }) : undefined
}

function scriptFor(state: State, request: SimRequest): SimScript | BadMarker {
  const base = typeof state.script === 'function' ? state.script(request) : state.script
  const marked = scriptOfMarker(`${splitModel(request.model).marker},${request.marker}`)
  return 'word' in marked ? marked : { ...base, ...marked }
}

function fillIn(call: OpenCall, { request, script, reply }: { request: SimRequest; script: SimScript; reply: Reply }): void {
  call.id = reply.id
  call.model = request.model
  call.isStream = request.isStream
  call.fault = script.fault
  call.truePromptTokens = reply.usage.prompt
  call.trueCachedTokens = reply.usage.cached
  call.trueCacheWrite5mTokens = reply.usage.cacheWrite5m
  call.trueCacheWrite1hTokens = reply.usage.cacheWrite1h
  call.trueParts = reply.usage.parts ?? NO_PARTS
  call.servedTier = reply.serviceTier ?? ''
  call.trueReasoningTokens = reply.usage.reasoning
  call.plannedOutputTokens = reply.usage.output
}

async function answer(exchange: Exchange, call: OpenCall, sending: Sending): Promise<void> {
  const { request, script, reply } = sending
  const input = { protocol: request.protocol, lastUserText: request.lastUserText, model: splitModel(request.model).name }
  const { errorInBody, fault, splitBytes: bytes } = script
  const other = errorInBody === undefined ? fault && faultAnswer(fault, input) : errorOfHabit(errorInBody, request.isStream)
  if (other !== undefined) {
    if (bytes !== undefined) await sendInPieces(exchange, other, { bytes, delayMs: 0 })
    else sendAnswer(exchange, { ...other, headers: { ...other.headers, ...providerHeaders(request.protocol, reply) } })
    call.ended = 'fault'
    return
  }
  const isOnSocket = script.fault !== undefined && faultGroupOf(script.fault) === 'socket'
  const headers = { ...providerHeaders(request.protocol, reply), ...promptHeader(sending) }
  const isPlayed = isOnSocket ? await playOnSocket(exchange, script.fault, sending) : await sendReply(exchange, { ...sending, headers })
  if (!isPlayed) call.ended = 'client-gone'
  else call.ended = isBroken(script.fault, request.isStream) ? 'fault' : 'complete'
}

function isBroken(fault: SimFaultName | undefined, isStream: boolean): boolean {
  if (fault === undefined || faultGroupOf(fault) === 'writing') return false
  const declared = SIM_FAULTS.find((known) => known.name === fault)
  return (isStream ? declared?.expects : declared?.expectsUnstreamed) !== 'ok'
}

// Header values cannot hold every character, so the text goes in as base64 and, where it is plain ASCII, as it is.
function promptHeader({ script, request }: Sending): Record<string, string> {
  if (script.fault !== 'prompt-in-header') return {}
  const text = request.lastUserText.slice(0, 2000)
  return { 'x-debug-prompt': text.replace(/[^\x20-\x7e]/g, '?'), 'x-debug-prompt-base64': Buffer.from(text).toString('base64') }
}
