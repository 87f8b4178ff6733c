import { PROTOCOL_PATHS, type ProtocolId } from '../../src/protocols/index.ts'
import { type Answer, errorCodeOf, keyHeader, type Spoken, send } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import type { Customer } from '../operator.ts'
import { until } from '../parallel.ts'
import { type SurfaceCall, surfaceCallOf, type WrittenRequest } from '../surface-calls.ts'
import { minuteWithRoom } from '../whole-minute.ts'
import { startWorld, type World } from '../world.ts'

/** What calls nobody upstream and costs nothing: all of the public listener that is not a call. */
const FREE_PATHS = [
  '/',
  '/healthz',
  '/readyz',
  '/v1/models',
  '/v1/models/m-openai',
  '/v1/usage',
  '/v1/balance',
  '/v1/receipts/none',
] as const

/** Paths that look as if they could reach an upstream, and must not. */
const ABSENT_PATHS = [
  ...['/v1/responses/resp_1', '/v1/responses/compact', '/v1/conversations', '/v1/files', '/v1/batches', '/v1/fine_tuning/jobs'],
  ...['/v1/images', '/v1/audio', '/v1/embeddings/', '/v1/images/generations/x', '/v1/audio/voices', '/v1/responses/', '/v1/videos'],
  ...['/v1/messages/count_tokens/', '/v1/messages/batches', '/v1/chat/completions/', '//v1/chat/completions', '/v1/../v1/chat/completions'],
  ...['/V1/chat/completions', '/v1/chat/completions/x', '/v1/chat%2fcompletions', '/redirected', '/api/proxy', '/api/proxy/files'],
  ...['/v1beta/files', '/upload/v1beta/files', '/v1beta/cachedContents', '/v1beta/batches'],
] as const

/** The model stands in the path. */
const MODEL = '{model}'
const GEMINI_PATHS = [
  `/v1beta/models/${MODEL}:generateContent`,
  `/v1beta/models/${MODEL}:streamGenerateContent`,
  `/v1/models/${MODEL}:generateContent`,
  `/api/proxy/v1beta/models/${MODEL}:generateContent`,
] as const

/** Every path of a call, and what is spoken there. */
const BILLABLE: readonly (readonly [path: string, id: ProtocolId])[] = [
  ...[...PROTOCOL_PATHS].map(([path, { id }]) => [path, id] as const),
  ...GEMINI_PATHS.map((path) => [path, 'gemini'] as const),
]

/** Cases that are about a model in the body. */
const NOT_BY_PATH: ReadonlySet<string> = new Set(['no model', 'model twice'])

type Case = {
  readonly name: string
  readonly key?: string
  readonly model?: string
  readonly request?: WrittenRequest
  readonly status: number
  readonly method?: string
  readonly query?: string
}

/** MON-14: every path of the public listener, with every reason to refuse, against an upstream that counts its calls. */
export async function noFreePath(context: CheckContext): Promise<Measured> {
  const world = await startWorld({
    models: [
      { id: 'm-unpriced-openai', upstream: 'oai', upstreamModel: 'sim-model', price: 'none' },
      { id: 'm-unpriced-anthropic', upstream: 'ant', upstreamModel: 'sim-model', price: 'none' },
      { id: 'm-unpriced-gemini', upstream: 'goo', upstreamModel: 'sim-model', price: 'none' },
    ],
  })
  try {
    const cast = await castOf(world)
    let tried = 0
    const cases = BILLABLE.flatMap(([path, id]) =>
      casesOf(id, cast)
        .filter(({ name }) => id !== 'gemini' || !NOT_BY_PATH.has(name))
        .map((one) => ({ path, id, one })),
    )
    for (const { path, id, one } of cases) {
      if (one.key === cast.limited.key) await spendMinute(world, cast.limited)
      await tryRefused(context, { world, path, id, one })
      tried += 1
    }
    for (const path of [...FREE_PATHS, ...ABSENT_PATHS]) {
      await tryUnbilled(context, { world, path, key: cast.rich.key })
      tried += 1
    }
    const rich = await world.operator.usage(cast.rich.id)
    context.expect(rich.length === 0, `${rich.length} usage rows for calls that were refused`)
    const served = await serveAll(context, world)
    return { n: tried + served, measured: { refused: tried, served, upstreamCalls: world.sim.calls.length, freePaths: FREE_PATHS.length } }
  } finally {
    await world.stop()
  }
}

type Cast = {
  readonly rich: Customer
  readonly poor: Customer
  readonly limited: Customer
  readonly revoked: Customer
  readonly bound: Customer
}

async function castOf(world: World): Promise<Cast> {
  const { operator } = world
  const revoked = await operator.customer('10.00')
  await operator.ask('DELETE', `/keys/${revoked.keyId}`)
  const limited = await operator.customer('10.00', { limits: { requests_per_minute: 1 } })
  return {
    ...{ revoked, limited },
    rich: await operator.customer('10.00'),
    poor: await operator.customer('0.000001'),
    bound: await operator.customer('10.00', { models: ['m-unpriced-openai'] }),
  }
}

/** Makes the one call that the limit allows in this minute, whether or not it was made already. */
async function spendMinute(world: World, { key }: Customer): Promise<void> {
  await minuteWithRoom()
  await post(world, { path: '/v1/chat/completions', id: 'openai-chat', key, ...written('openai-chat', ['m-openai']) })
  world.sim.forget()
}

/** The key of a protocol goes into its own header; all but one of the paths of Anthropic's are its own. */
const spokenAs = (id: ProtocolId): Spoken => {
  if (id === 'gemini') return 'gemini'
  return id.startsWith('anthropic') ? 'anthropic' : 'openai'
}

const surfaceOf = (id: ProtocolId): SurfaceCall => TRANSLATED[id] ?? surfaceCallOf(id) ?? CHAT

const GEMINI: SurfaceCall = {
  ...{ hasOwnModel: false, isFree: false, canStream: false },
  write: ({ text }) => {
    const body = JSON.stringify({ contents: [{ parts: [{ text }] }], generationConfig: { maxOutputTokens: 64 } })
    return { contentType: 'application/json', body: Buffer.from(body) }
  },
}

const chatLike = (fieldsOf: (messages: readonly object[]) => object): SurfaceCall => ({
  ...{ hasOwnModel: false, isFree: false, canStream: true },
  write: ({ models, text, isStream = false }) => {
    const named = models.map((model) => `"model":${JSON.stringify(model)},`).join('')
    const rest = JSON.stringify({ ...fieldsOf([{ role: 'user', content: text }]), ...(isStream ? { stream: true } : {}) })
    return { contentType: 'application/json', body: Buffer.from(`{${named}${rest.slice(1)}`) }
  },
})

const CHAT = chatLike((messages) => ({ max_tokens: 64, messages }))

/** What is translated where an upstream does not speak it. */
const TRANSLATED: Readonly<Partial<Record<ProtocolId, SurfaceCall>>> = {
  'openai-chat': CHAT,
  'openai-responses': chatLike((input) => ({ max_output_tokens: 64, input })),
  'anthropic-messages': CHAT,
  gemini: GEMINI,
}

const written = (id: ProtocolId, models: readonly string[], isStream = false): WrittenRequest =>
  surfaceOf(id).write({ models, text: 'How long does the ferry take?', isStream })

function casesOf(id: ProtocolId, { rich, poor, limited, revoked, bound }: Cast): readonly Case[] {
  const spoken = spokenAs(id)
  const surface = surfaceOf(id)
  const unknownKey = `${rich.key.slice(0, -1)}${rich.key.endsWith('a') ? 'b' : 'a'}`
  const { contentType } = written(id, [])
  const bad = { contentType, body: Buffer.from('{"model":') }
  return [
    { name: 'no key', status: 401 },
    { name: 'malformed key', key: 'sk-nonsense', status: 401 },
    { name: 'unknown key', key: unknownKey, status: 401 },
    { name: 'revoked key', key: revoked.key, status: 401 },
    { name: 'unknown model', key: rich.key, model: 'no-such-model', status: 404 },
    { name: 'model without a price', key: rich.key, model: `m-unpriced-${spoken}`, status: 400 },
    ...(TRANSLATED[id] !== undefined || surface.isFree
      ? []
      : [{ name: 'model of the other protocol', key: rich.key, model: 'm-anthropic', status: 400 }]),
    { name: 'model that the key may not call', key: bound.key, status: 403 },
    ...(surface.isFree ? [] : [{ name: 'no credit', key: poor.key, status: 402 }]),
    { name: 'limit reached', key: limited.key, status: 429 },
    { name: 'no body of its kind', key: rich.key, request: bad, status: 400 },
    { name: 'no model', key: rich.key, request: written(id, []), status: surface.hasOwnModel ? 404 : 400 },
    { name: 'model twice', key: rich.key, request: written(id, ['m-openai', 'm-anthropic']), status: 400 },
    { name: 'key in the address', key: rich.key, query: `?key=${rich.key}`, status: 400 },
    { name: 'GET', key: rich.key, method: 'GET', status: 405 },
    { name: 'PUT', key: rich.key, method: 'PUT', status: 405 },
  ]
}

type Trial = { readonly world: World; readonly path: string; readonly id: ProtocolId; readonly one: Case }

async function tryRefused(context: CheckContext, { world, path, id, one }: Trial): Promise<void> {
  const model = one.model ?? `m-${spokenAs(id)}`
  const request = one.request ?? written(id, [model])
  const named = `${path}, ${one.name}`
  const asked = path.replace(MODEL, model) + (one.query ?? '')
  const answer = await post(world, { path: asked, id, key: one.key, ...request, method: one.method })
  context.expect(answer.status === one.status, `${named}: answered ${answer.status} ${errorCodeOf(answer)}, not ${one.status}`)
  context.expect(world.sim.calls.length === 0, `${named}: the upstream was called`)
  world.sim.forget()
}

type Posting = WrittenRequest & {
  readonly path: string
  readonly id: ProtocolId
  readonly key?: string | undefined
  readonly method?: string | undefined
}

function post(world: World, { path, id, key, contentType, body, method = 'POST' }: Posting): Promise<Answer> {
  const content = method === 'GET' ? '' : body
  const headers = { 'content-type': contentType, ...(key === undefined ? {} : keyHeader({ protocol: spokenAs(id), key })) }
  return send({ url: world.base + path, method, headers: { ...headers, 'content-length': Buffer.byteLength(content) }, body: content })
}

async function tryUnbilled(context: CheckContext, { world, path, key }: { world: World; path: string; key: string }): Promise<void> {
  const isFree = (FREE_PATHS as readonly string[]).includes(path)
  for (const method of ['GET', 'POST']) {
    const answer = await post(world, { path, id: 'openai-chat', key, ...written('openai-chat', ['m-openai']), method })
    context.expect(world.sim.calls.length === 0, `${method} ${path}: the upstream was called`)
    context.expect(isFree || answer.status === 404 || answer.status === 405, `${method} ${path}: answered ${answer.status}`)
    world.sim.forget()
  }
}

/** Every path of a call serves, streamed and not; each call is one upstream call, unless we estimate, and one usage row, and costs unless it is to be free. */
async function serveAll(context: CheckContext, world: World): Promise<number> {
  const customer = await world.operator.customer('10.00')
  const ids: string[] = []
  const free = new Set<string>()
  let estimated = 0
  for (const [template, id] of BILLABLE) {
    const surface = surfaceOf(id)
    const model = `m-${spokenAs(id)}`
    for (const isStream of surface.canStream ? [false, true] : [false]) {
      const path = template.replace(MODEL, model)
      const answer = await post(world, { path, id, key: customer.key, ...written(id, [model], isStream) })
      context.expect(answer.status === 200, `${path}: answered ${answer.status} ${errorCodeOf(answer)}`)
      ids.push(answer.requestId)
      if (surface.isFree) free.add(answer.requestId)
      if (answer.headers['x-farebox-estimate'] !== undefined) estimated += 1
    }
  }
  const { length } = world.sim.calls
  context.expect(
    length === ids.length - estimated,
    `${length} upstream calls for ${ids.length} served ones, ${estimated} of them estimates`,
  )
  const rows = await until(
    () => world.operator.usage(customer.id),
    (found) => found.length >= ids.length,
    3000,
  )
  context.expect(rows.length === ids.length, `${rows.length} usage rows for ${ids.length} served calls`)
  for (const id of ids) {
    const own = rows.filter((row) => row.request_id === id)
    const isRight = own.length === 1 && Number(own[0]?.cost) > 0 !== free.has(id)
    context.expect(isRight, `${own.length} usage rows, cost ${own[0]?.cost}, for a served call`)
  }
  return ids.length
}
