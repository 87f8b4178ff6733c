import assert from 'node:assert/strict'
import { createVerify, generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { Agent } from 'undici'
import { type SimUpstream, startSimUpstream } from '../sim/index.ts'
import { forward } from '../src/gateway/forward.ts'
import type { Gateway } from '../src/gateway/gateway.ts'
import type { Leg } from '../src/gateway/legs.ts'
import type { OpenCall } from '../src/gateway/open-call.ts'
import { HealthBook } from '../src/gateway/routing/index.ts'
import { targetOf } from '../src/gateway/targets.ts'
import { UpstreamClient } from '../src/gateway/upstream-client/index.ts'
import type { UpstreamReply } from '../src/gateway/upstream-reply.ts'
import { systemClock, systemRandom } from '../src/lib/index.ts'
import { type DecodedCall, openaiChat, type Protocol, type ReplyReader } from '../src/protocols/index.ts'
import { inputTokensOf, type Model, outputTokensOf, type Route, type Upstream } from '../src/spec/index.ts'

/** An upstream as it is configured, by default one that speaks as OpenAI does; with its own name for the model where that is another. */
export type Place = Pick<Upstream, 'baseUrl'> &
  Partial<Pick<Upstream, 'kind' | 'apiVersion' | 'apiKey'>> & { readonly upstreamModel?: string }

/** A chat that is sent to a place, and to others when that does not answer. `isStream`: of protocols that have it in the address. */
export type Asking = {
  readonly place: Place
  readonly others?: readonly Place[]
  readonly upstreamModel: string
  readonly fields: object
  readonly protocol?: Protocol
  readonly isStream?: boolean
  /** What the model reads and makes at most, where that is to be another than usual here. */
  readonly limits?: Pick<Model, 'context' | 'outputMax'>
}

/** What came of it: `out` as the customer gets it, `sent` as the last upstream got it, `at` the address of who answered. */
export type Told = {
  readonly reader: ReplyReader
  readonly text: string
  readonly out: string
  readonly sent: Readonly<Record<string, unknown>>
  readonly status: number
  readonly at: string
}

/** The whole world outside: every host is one fake, but for the one that gives out Google's tokens. */
export type Outside = {
  readonly sim: SimUpstream
  /** The key file of a service account whose claims are taken, in base64; of another account when `email` is another. */
  readonly keyFile: (email?: string) => string
  /** How many tokens were given; the number of each is in it. */
  readonly tokensGiven: () => number
  readonly ask: (asking: Asking) => Promise<Told>
  /** Holds that the last answer was metered as the fake knows it to be true. */
  readonly assertTrue: (told: Told) => void
  readonly close: () => Promise<void>
}

const NOW = Date.UTC(2026, 10, 26)
const QUESTION = 'How long does the ferry take?'
const CHAT = { model: 'm', messages: [{ role: 'user', content: QUESTION }] }
const CONTENTS = { contents: [{ role: 'user', parts: [{ text: QUESTION }] }] }
const MODEL: Omit<Model, 'routes'> = { serial: 1, id: 'm', context: 9_000, outputMax: 500, createdAt: 0, priceVersion: 1, price: [] }

/** Starts an outside to forward calls to. */
export async function startOutside(): Promise<Outside> {
  const sim = await startSimUpstream({ keepBodies: true })
  const google = tokenServer()
  await new Promise<void>((resolve) => google.server.listen(0, '127.0.0.1', resolve))
  const agent = new Agent({
    connect: ({ hostname }, callback) => {
      const port = hostname === 'oauth2.googleapis.com' ? (google.server.address() as AddressInfo).port : sim.port
      const socket = connect(port, '127.0.0.1', () => callback(null, socket))
      socket.on('error', (error) => callback(error, null))
    },
  })
  const upstreams = new UpstreamClient({
    ...{ clock: systemClock, connectMs: 5_000 },
    openSocket: () => ({ socket: connect(sim.port, '127.0.0.1'), readyEvent: 'connect' }),
  })
  return {
    sim,
    keyFile: google.keyFile,
    tokensGiven: google.given,
    ask: (asking) => ask({ sim, agent, upstreams }, asking),
    assertTrue: (told) => assertTrue(sim, told),
    close: async () => {
      await agent.close()
      upstreams.close()
      google.server.close()
      await sim.close()
    },
  }
}

/** Gives a token to who shows a fresh claim, signed with the account's key. */
function tokenServer(): { readonly server: Server; readonly keyFile: (email?: string) => string; readonly given: () => number } {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const own = 'gw@proj.iam.gserviceaccount.com'
  const private_key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' })
  let given = 0
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      const [head = '', claims = '', signature = ''] = (new URLSearchParams(body).get('assertion') ?? '').split('.')
      const isSigned = createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(pair.publicKey, Buffer.from(signature, 'base64url'))
      const { iss, iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>
      const isRight = isSigned && iss === own && Number(exp) - Number(iat) === 3_600
      if (isRight) given += 1
      response.writeHead(isRight ? 200 : 400, { 'content-type': 'application/json' })
      response.end(JSON.stringify(isRight ? { access_token: `token-${given}`, expires_in: 3_599 } : { error: 'invalid_grant' }))
    })
  })
  const keyFile = (email = own): string => {
    const account = { type: 'service_account', project_id: 'proj', client_email: email, private_key }
    return Buffer.from(JSON.stringify(account)).toString('base64')
  }
  return { server, keyFile, given: () => given }
}

type Ends = { readonly sim: SimUpstream; readonly agent: Agent; readonly upstreams: UpstreamClient }

async function ask({ sim, agent, upstreams }: Ends, asking: Asking): Promise<Told> {
  const { protocol = openaiChat, isStream, place, others = [], limits } = asking
  const body = { ...(protocol.id.startsWith('gemini') ? CONTENTS : CHAT), ...asking.fields }
  const call = protocol.decode(Buffer.from(JSON.stringify(body)), isStream === undefined ? undefined : { model: 'm', isStream })
  const legs = [place, ...others].map((one, index) => legOf(call, { ...asking, place: one, protocol }, index + 1))
  const open = {
    ...{
      isClientGone: false,
      isWithUpstream: false,
      leg: legs[0],
      onAbort: () => undefined,
      noteFirstByte: () => undefined,
      exchange: { request: { headers: {} } },
    },
    ...{ call, plan: { model: { ...MODEL, ...limits }, legs } },
  }
  const clock = { now: () => NOW, monotonic: systemClock.monotonic }
  const health = new HealthBook({ clock, random: systemRandom })
  const [routes, places] = [legs.map(({ target }) => target.route), legs.map(({ target }) => target.upstream)]
  health.learn({ version: 1, upstreams: places, models: [{ ...MODEL, routes }], unpriced: [] })
  const gateway = { agent, upstreams, clock, health, settings: { firstByteMs: 5_000, wholeAnswerMs: 5_000, idleMs: 5_000 } }
  const reply = await forward(gateway as unknown as Gateway, open as unknown as OpenCall)
  const reader = protocol.readReply({ isStream: call.isStream, removesUsage: !call.wantsUsage })
  const { out, most } = await readAll(reply, reader)
  await sim.idle()
  const truth = sim.calls.at(-1)
  assert.ok(most <= (truth?.plannedOutputTokens ?? 0), `${most} tokens were seen, too many`)
  const sent = JSON.parse(truth?.body?.toString() ?? '{}') as Told['sent']
  const text = protocol === openaiChat ? textOf(out, call.isStream) : out
  return { reader, text, out, sent, status: reply.status, at: open.leg?.target.upstream.baseUrl ?? '' }
}

type Asked = Asking & { readonly protocol: Protocol }

function legOf(call: DecodedCall, asked: Asked, serial: number): Leg {
  const { protocol, place } = asked
  const { upstreamModel = asked.upstreamModel, ...configured } = place
  const route: Route = { serial, upstreamSerial: serial, upstreamModel, priority: serial, cost: undefined }
  const upstream: Upstream = {
    ...{ serial, id: `u${serial}`, kind: 'openai-compatible', apiKey: 'key-1', placement: 'local', privacy: {} },
    ...configured,
  }
  return { target: targetOf(route, upstream), protocol, call, translation: undefined }
}

/** A whole reply, and the most that its reader thought it to hold. */
async function readAll(reply: UpstreamReply, reader: ReplyReader): Promise<{ readonly out: string; readonly most: number }> {
  const pieces: Buffer[] = []
  let most = 0
  await new Promise<void>((resolve, reject) => {
    reply.pipe({
      onData: (chunk) => {
        pieces.push(reader.push(Buffer.from(chunk)))
        most = Math.max(most, reader.leastOutput())
        return true
      },
      onEnd: () => {
        pieces.push(reader.end())
        resolve()
      },
      onError: reject,
    })
  })
  return { out: Buffer.concat(pieces).toString(), most }
}

type Chunk = { readonly choices?: readonly { readonly delta?: Content; readonly message?: Content }[] }
type Content = { readonly content?: string | null }

function textOf(out: string, isStream: boolean): string {
  if (!isStream) return (JSON.parse(out) as Chunk).choices?.[0]?.message?.content ?? ''
  const datas = [...out.matchAll(/^data: (\{.*)$/gm)].map(([, data = '']) => JSON.parse(data) as Chunk)
  return datas.map((chunk) => chunk.choices?.[0]?.delta?.content ?? '').join('')
}

function assertTrue(sim: SimUpstream, { reader, text, out, status }: Told): void {
  const truth = sim.calls.at(-1)
  const usage = reader.usage()
  assert.equal(status, 200, out)
  assert.ok(usage !== undefined && reader.isComplete() && reader.isUsageFinal() && !reader.isUsageSuspect())
  assert.deepEqual([inputTokensOf(usage), outputTokensOf(usage)], [truth?.truePromptTokens, truth?.plannedOutputTokens])
  assert.equal(reader.reportedModel(), truth?.model.split('!')[0])
  assert.ok(text.length > 20)
}
