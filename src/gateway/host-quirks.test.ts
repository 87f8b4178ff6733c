// Guarantee: whatever is odd about an upstream's host, a call there is taken, bound, and metered to the token, streamed and whole.
import assert from 'node:assert/strict'
import { createVerify, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, before, test } from 'node:test'
import { Agent } from 'undici'
import { type SimUpstream, startSimUpstream } from '../../sim/index.ts'
import { FailureError } from '../failures.ts'
import { systemClock, systemRandom } from '../lib/index.ts'
import {
  anthropicMessages,
  type DecodedCall,
  gemini,
  openaiChat,
  PROTOCOLS,
  type Protocol,
  type ProtocolId,
  type ReplyReader,
} from '../protocols/index.ts'
import { inputTokensOf, type Model, outputTokensOf, type Route, type Upstream } from '../spec/index.ts'
import { forward } from './forward.ts'
import type { Gateway } from './gateway.ts'
import type { Leg } from './legs.ts'
import type { OpenCall } from './open-call.ts'
import { HealthBook } from './routing/index.ts'
import { targetOf } from './targets.ts'

const PAIR = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ACCOUNT = {
  ...{ type: 'service_account', project_id: 'proj', client_email: 'gw@proj.iam.gserviceaccount.com' },
  private_key: PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' }),
}

/** Gives a token to who shows a fresh claim, signed with the account's key; the number of them is in each. */
let tokensGiven = 0
const tokens = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString()
  })
  request.on('end', () => {
    const [head = '', claims = '', signature = ''] = (new URLSearchParams(body).get('assertion') ?? '').split('.')
    const isSigned = createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(PAIR.publicKey, Buffer.from(signature, 'base64url'))
    const { iss, iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>
    const isRight = isSigned && iss === ACCOUNT.client_email && Number(exp) - Number(iat) === 3_600
    if (isRight) tokensGiven += 1
    response.writeHead(isRight ? 200 : 400, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isRight ? { access_token: `token-${tokensGiven}`, expires_in: 3_599 } : { error: 'invalid_grant' }))
  })
})

let sim: SimUpstream
let agent: Agent

before(async () => {
  sim = await startSimUpstream({ keepBodies: true })
  tokens.listen(0, '127.0.0.1')
  // Every host is the fake, but for the one that gives tokens.
  agent = new Agent({
    connect: ({ hostname }, callback) => {
      const port = hostname === 'oauth2.googleapis.com' ? (tokens.address() as AddressInfo).port : sim.port
      const socket = connect(port, '127.0.0.1', () => callback(null, socket))
      socket.on('error', (error) => callback(error, null))
    },
  })
})
after(async () => {
  await agent.close()
  tokens.close()
  await sim.close()
})

type Place = Pick<Upstream, 'baseUrl'> & Partial<Pick<Upstream, 'kind' | 'apiVersion' | 'apiKey'>>
type Asking = {
  readonly place: Place
  readonly upstreamModel: string
  readonly fields: object
  readonly protocol?: Protocol
  /** Of protocols that have it in the address. */
  readonly isStream?: boolean
}
type Told = {
  readonly reader: ReplyReader
  readonly text: string
  readonly out: string
  readonly sent: Record<string, unknown>
  readonly status: number
}

const NOW = Date.UTC(2026, 10, 26)
const QUESTION = 'How long does the ferry take?'
const CHAT = { model: 'm', messages: [{ role: 'user', content: QUESTION }] }

const MODEL: Omit<Model, 'routes'> = { serial: 1, id: 'm', context: 9_000, outputMax: 500, createdAt: 0, priceVersion: 1, price: [] }

function legOf(call: DecodedCall, { place, upstreamModel, protocol = openaiChat }: Asking): Leg {
  const route: Route = { serial: 1, upstreamSerial: 1, upstreamModel, priority: 1, cost: undefined }
  const upstream: Upstream = { serial: 1, id: 'u', kind: 'openai-compatible', apiKey: 'key-1', placement: 'local', privacy: {}, ...place }
  return { target: targetOf(route, upstream), protocol, call, translation: undefined }
}

/** Sends a call to the fake as if it were at that place, and reads the answer. */
async function ask(asking: Asking): Promise<Told> {
  const { protocol = openaiChat, isStream } = asking
  const asked = protocol.id.startsWith('gemini') ? { contents: [{ role: 'user', parts: [{ text: QUESTION }] }] } : CHAT
  const address = isStream === undefined ? undefined : { model: 'm', isStream }
  const call = protocol.decode(Buffer.from(JSON.stringify({ ...asked, ...asking.fields })), address)
  const leg = legOf(call, asking)
  const open = {
    ...{ isClientGone: false, isWithUpstream: false, leg, onAbort: () => undefined, exchange: { request: { headers: {} } } },
    ...{ call, plan: { model: MODEL, legs: [leg] } },
  }
  const clock = { now: () => NOW, monotonic: systemClock.monotonic }
  const health = new HealthBook({ clock, random: systemRandom })
  const { route, upstream } = leg.target
  health.learn({ version: 1, upstreams: [upstream], models: [{ ...MODEL, routes: [route] }], unpriced: [] })
  const gateway = { agent, clock, health, settings: { firstByteMs: 5_000, idleMs: 5_000 } }
  const reply = await forward(gateway as unknown as Gateway, open as unknown as OpenCall)
  const reader = protocol.readReply({ isStream: call.isStream, removesUsage: !call.wantsUsage })
  const pieces: Buffer[] = []
  let most = 0
  await new Promise<void>((resolve, reject) => {
    reply.pipe({
      onData: (chunk) => {
        pieces.push(reader.push(Buffer.from(chunk)))
        most = Math.max(most, reader.leastOutput())
        return true
      },
      onEnd: () => resolve(pieces.push(reader.end()) as unknown as undefined),
      onError: reject,
    })
  })
  const out = Buffer.concat(pieces).toString()
  await sim.idle()
  const truth = sim.calls.at(-1)
  assert.ok(most <= (truth?.plannedOutputTokens ?? 0), `${most} tokens were seen, too many`)
  const sent = JSON.parse(truth?.body?.toString() ?? '{}') as Record<string, unknown>
  return { reader, text: protocol === openaiChat ? textOf(out, call.isStream) : out, out, sent, status: reply.status }
}

function textOf(out: string, isStream: boolean): string {
  if (!isStream) return (JSON.parse(out) as Chunk).choices?.[0]?.message?.content ?? ''
  const datas = [...out.matchAll(/^data: (\{.*)$/gm)].map(([, data = '']) => JSON.parse(data) as Chunk)
  return datas.map((chunk) => chunk.choices?.[0]?.delta?.content ?? '').join('')
}

type Chunk = { readonly choices?: readonly { readonly delta?: Content; readonly message?: Content }[] }
type Content = { readonly content?: string | null }

/** What was metered is what the fake knows to be true. */
function assertTrue({ reader, text, out, status }: Told): void {
  const truth = sim.calls.at(-1)
  const usage = reader.usage()
  assert.equal(status, 200, out)
  assert.ok(usage !== undefined && reader.isComplete() && reader.isUsageFinal() && !reader.isUsageSuspect())
  assert.deepEqual([inputTokensOf(usage), outputTokensOf(usage)], [truth?.truePromptTokens, truth?.plannedOutputTokens])
  assert.equal(reader.reportedModel(), truth?.model.split('!')[0])
  assert.ok(text.length > 20)
}

const MISTRAL: Place = { baseUrl: 'http://api.mistral.ai/v1' }

for (const stream of [false, true]) {
  const how = stream ? 'streamed' : 'whole'

  test(`Mistral, ${how}: a bound goes under the name it knows, and usage is not asked for`, async () => {
    const upstreamModel = 'sim-model!habit-mistral'
    const asked = await ask({
      place: MISTRAL,
      upstreamModel,
      fields: { stream, stream_options: { include_usage: true }, max_completion_tokens: 40 },
    })
    assertTrue(asked)
    assert.deepEqual([asked.sent['max_tokens'], 'stream_options' in asked.sent, 'max_completion_tokens' in asked.sent], [40, false, false])
    const capped = await ask({ place: MISTRAL, upstreamModel, fields: { max_completion_tokens: 4_000, stream } })
    assertTrue(capped)
    assert.equal(capped.sent['max_tokens'], 500)
  })

  test(`MiniMax, ${how}: the answer is not counted twice`, async () => {
    const upstreamModel = 'sim-model!habit-minimax,tokens=300'
    const told = await ask({ place: { baseUrl: 'http://api.minimax.io/v1' }, upstreamModel, fields: { stream, max_tokens: 310 } })
    assertTrue(told)
    assert.deepEqual([told.sent['max_completion_tokens'], told.sent['max_tokens']], [310, undefined])
    if (stream) assert.ok(told.reader.countedOutput() <= 300 * 1.1, String(told.reader.countedOutput()))
  })

  test(`llama.cpp, ${how}: usage in the last chunk with choices, beside its timings`, async () => {
    const told = await ask({
      place: { baseUrl: 'http://127.0.0.1:8080/v1' },
      upstreamModel: 'sim-model!habit-llama-cpp',
      fields: { stream, max_completion_tokens: 40 },
    })
    assertTrue(told)
    assert.equal(told.sent['max_completion_tokens'], 40)
  })

  test(`Ark, ${how}: the bound is that of what is thought as well`, async () => {
    const place = { baseUrl: 'http://ark.cn-beijing.volces.com/v1' }
    const told = await ask({ place, upstreamModel: 'sim-model!reasoning=20', fields: { stream, max_tokens: 60 } })
    assertTrue(told)
    assert.deepEqual([told.sent['max_completion_tokens'], told.sent['max_tokens']], [60, undefined])
  })

  test(`Azure, ${how}: the v1 API and dated versions, with its own header`, async () => {
    const upstreamModel = 'sim-model!habit-azure'
    const places: readonly (readonly [Place, string])[] = [
      [{ baseUrl: 'http://r.openai.azure.com', kind: 'azure-openai' }, '/openai/v1/chat/completions'],
      [{ baseUrl: 'http://r.openai.azure.com/openai/v1', kind: 'azure-openai' }, '/openai/v1/chat/completions'],
      [
        { baseUrl: 'http://r.openai.azure.com', kind: 'azure-openai', apiVersion: '2024-10-21' },
        `/openai/deployments/${encodeURIComponent(upstreamModel)}/chat/completions`,
      ],
    ]
    for (const [place, path] of places) {
      const told = await ask({ place, upstreamModel, fields: { stream } })
      assertTrue(told)
      const call = sim.calls.at(-1)
      assert.deepEqual([call?.path, call?.headersSeen['api-key'], call?.headersSeen['authorization']], [path, 'key-1', undefined])
      assert.equal(told.sent['max_completion_tokens'], 500)
      if (stream) assert.ok(told.out.includes('prompt_filter_results'))
    }
  })
}

for (const stream of [false, true]) {
  test(`Bedrock, ${stream ? 'streamed' : 'whole'}: by model Anthropic's protocol or OpenAI's, with its key or signed`, async () => {
    const base: Place = { baseUrl: 'http://bedrock-mantle.eu-central-1.api.aws', kind: 'bedrock', apiKey: 'ABSKcanary' }
    const signing: Place = { ...base, apiKey: 'AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
    const scope = 'Credential=AKIAIOSFODNN7EXAMPLE/20261126/eu-central-1/bedrock-mantle/aws4_request'
    for (const [place, proof] of [[base, 'Bearer ABSKcanary'] as const, [signing, scope] as const]) {
      const chat = await ask({ place, upstreamModel: 'openai.gpt-oss-120b', fields: { stream, max_tokens: 40 } })
      assertTrue(chat)
      assertProof('/v1/chat/completions', proof)
      const claude = { place, upstreamModel: 'eu.anthropic.claude-x', protocol: anthropicMessages, fields: { stream, max_tokens: 40 } }
      assertTrue(await ask(claude))
      assertProof('/anthropic/v1/messages', proof)
    }
  })
}

for (const stream of [false, true]) {
  test(`Vertex, ${stream ? 'streamed' : 'whole'}: the model in the path, the version in the body, a token of the service account`, async () => {
    const apiKey = Buffer.from(JSON.stringify(ACCOUNT)).toString('base64')
    const places: readonly (readonly [string, string])[] = [
      ['http://europe-west1-aiplatform.googleapis.com', 'europe-west1'],
      ['http://aiplatform.googleapis.com', 'global'],
    ]
    for (const [baseUrl, location] of places) {
      const place: Place = { baseUrl, kind: 'vertex', apiKey }
      const told = await ask({ place, upstreamModel: 'claude-x@20260101', protocol: anthropicMessages, fields: { stream, max_tokens: 40 } })
      assertTrue(told)
      const method = stream ? 'streamRawPredict' : 'rawPredict'
      const path = `/v1/projects/proj/locations/${location}/publishers/anthropic/models/claude-x%4020260101:${method}`
      assertProof(path, `Bearer token-${tokensGiven}`)
      assert.deepEqual([told.sent['model'], told.sent['anthropic_version']], [undefined, 'vertex-2023-10-16'])
    }
  })
}

for (const isStream of [false, true]) {
  test(`Vertex, ${isStream ? 'streamed' : 'whole'}: Google's own models in Gemini's protocol, with a token and no key`, async () => {
    const apiKey = Buffer.from(JSON.stringify(ACCOUNT)).toString('base64')
    const places: readonly (readonly [string, string])[] = [
      ['http://us-central1-aiplatform.googleapis.com', 'us-central1'],
      ['http://aiplatform.eu.rep.googleapis.com', 'eu'],
      ['http://aiplatform.googleapis.com', 'global'],
    ]
    for (const [baseUrl, location] of places) {
      const fields = { generationConfig: { maxOutputTokens: 4_000 } }
      const told = await ask({
        ...{ place: { baseUrl, kind: 'vertex', apiKey }, fields, isStream },
        upstreamModel: 'gemini-x',
        protocol: gemini,
      })
      assertTrue(told)
      const path = `/v1/projects/proj/locations/${location}/publishers/google/models/gemini-x`
      assertProof(`${path}:${isStream ? 'streamGenerateContent' : 'generateContent'}`, `Bearer token-${tokensGiven}`)
      assert.equal(sim.calls.at(-1)?.headersSeen['x-goog-api-key'], undefined)
      assert.deepEqual(told.sent['generationConfig'], { maxOutputTokens: 500 })
    }
  })
}

test('Vertex: what a model speaks goes by its name, and what has another shape there is not spoken', () => {
  const upstream: Upstream = {
    ...{ serial: 1, id: 'u', kind: 'vertex', placement: 'third_party', privacy: {} },
    baseUrl: 'https://aiplatform.googleapis.com',
  }
  const at = (upstreamModel: string) =>
    targetOf({ serial: 1, upstreamSerial: 1, upstreamModel, priority: 1, cost: undefined }, upstream).provider
  for (const [name, spoken] of [
    ['claude-x', ['anthropic-messages']],
    ['gemini-3-pro', ['gemini', 'gemini-count']],
    ['gemini-embedding-2', ['gemini-embed']],
    ['gemini-embedding-001', []],
    ['text-embedding-005', []],
    ['multimodalembedding@001', []],
  ] as const)
    assert.deepEqual(at(name).speaks(upstream), spoken, name)
  const pathOf = (id: ProtocolId, model: string) => at(model).path(PROTOCOLS[id], { model, isStream: false })
  assert.match(pathOf('gemini-count', 'gemini-x'), /\/publishers\/google\/models\/gemini-x:countTokens$/)
  assert.match(pathOf('gemini-embed', 'gemini-embedding-2'), /\/publishers\/google\/models\/gemini-embedding-2:embedContent$/)
})

test('a token that cannot be had fails the call as its upstream would', async () => {
  const broken = { ...ACCOUNT, client_email: 'other@proj.iam.gserviceaccount.com' }
  const apiKey = Buffer.from(JSON.stringify(broken)).toString('base64')
  const place: Place = { baseUrl: 'http://aiplatform.googleapis.com', kind: 'vertex', apiKey }
  const asking = { place, upstreamModel: 'claude-x', protocol: anthropicMessages, fields: { max_tokens: 40 } }
  await assert.rejects(ask(asking), (thrown) => thrown instanceof FailureError && thrown.failure.code === 'upstream_failed')
})

/** The last call came to that path with that proof of who made it, and no secret. */
function assertProof(path: string, proof: string): void {
  const { headersSeen, path: taken } = sim.calls.at(-1) ?? assert.fail('no call')
  assert.equal(taken, path)
  assert.ok(headersSeen['authorization']?.includes(proof), headersSeen['authorization'])
  assert.ok(!JSON.stringify(headersSeen).includes('wJalr') && headersSeen['x-api-key'] === undefined)
}

test('two names at once go as they came, and an empty one takes the other’s bound', async () => {
  const sent = async (fields: object) => {
    const { sent: body } = await ask({ place: { baseUrl: 'http://api.deepseek.com/v1' }, upstreamModel: 'sim-model', fields })
    return [body['max_tokens'], body['max_completion_tokens']]
  }
  assert.deepEqual(await sent({ max_tokens: 30, max_completion_tokens: 40 }), [30, 40])
  assert.deepEqual(await sent({ max_tokens: null, max_completion_tokens: 40 }), [40, 40])
  assert.deepEqual(await sent({ max_completion_tokens: 40 }), [40, undefined])
  assert.deepEqual(await sent({}), [undefined, undefined])
})
