import { PROTOCOL_PATHS, type ProtocolId } from '../../src/protocols/index.ts'
import { type Answer, bodyOf, errorCodeOf, keyHeader, type Spoken, send } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import type { Customer } from '../operator.ts'
import { until } from '../parallel.ts'
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
  '/v1/responses/input_tokens',
] as const

/** Paths that look as if they could reach an upstream, and must not. */
const ABSENT_PATHS = [
  ...[
    '/v1/embeddings',
    '/v1/completions',
    '/v1/responses/resp_1',
    '/v1/images/generations',
    '/v1/audio/speech',
    '/v1/moderations',
    '/v1/files',
  ],
  ...['/v1/messages/count_tokens', '/v1/messages/batches', '/v1/chat/completions/', '//v1/chat/completions', '/v1/../v1/chat/completions'],
  ...[
    '/V1/chat/completions',
    '/v1/chat/completions/x',
    '/v1/chat%2fcompletions',
    '/redirected',
    '/api/proxy',
    '/v1beta/models/m:generateContent',
  ],
] as const

/** What the checks call each protocol. */
const SPOKEN_OF: Readonly<Record<ProtocolId, Spoken>> = {
  'openai-chat': 'openai',
  'openai-responses': 'openai-responses',
  'anthropic-messages': 'anthropic',
}

type Case = {
  readonly name: string
  readonly key?: string
  readonly model?: string
  readonly body?: string
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
    ],
  })
  try {
    const cast = await castOf(world)
    let tried = 0
    for (const [path, protocol] of PROTOCOL_PATHS) {
      const spoken = SPOKEN_OF[protocol.id]
      for (const one of casesOf(spoken, cast)) {
        await tryRefused(context, { world, path, spoken, one })
        tried += 1
      }
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
  // The one call that the limit allows.
  await post(world, { path: '/v1/chat/completions', spoken: 'openai', key: limited.key, body: plainBody(limited.key, 'openai') })
  world.sim.forget()
  return {
    ...{ revoked, limited },
    rich: await operator.customer('10.00'),
    poor: await operator.customer('0.000001'),
    bound: await operator.customer('10.00', { models: ['m-unpriced-openai'] }),
  }
}

const plainBody = (key: string, protocol: Spoken, model?: string): string =>
  bodyOf({ base: '', key, protocol, ...(model === undefined ? {} : { model }) })

function casesOf(spoken: Spoken, { rich, poor, limited, revoked, bound }: Cast): readonly Case[] {
  const isAnthropic = spoken === 'anthropic'
  const unknownKey = `${rich.key.slice(0, -1)}${rich.key.endsWith('a') ? 'b' : 'a'}`
  return [
    { name: 'no key', status: 401 },
    { name: 'malformed key', key: 'sk-nonsense', status: 401 },
    { name: 'unknown key', key: unknownKey, status: 401 },
    { name: 'revoked key', key: revoked.key, status: 401 },
    { name: 'unknown model', key: rich.key, model: 'no-such-model', status: 404 },
    { name: 'model without a price', key: rich.key, model: `m-unpriced-${isAnthropic ? 'anthropic' : 'openai'}`, status: 400 },
    { name: 'model that the key may not call', key: bound.key, status: 403 },
    { name: 'no credit', key: poor.key, status: 402 },
    { name: 'limit reached', key: limited.key, status: 429 },
    { name: 'not JSON', key: rich.key, body: '{"model":', status: 400 },
    { name: 'no model', key: rich.key, body: '{"max_tokens":5,"messages":[{"role":"user","content":"hi"}]}', status: 400 },
    { name: 'model twice', key: rich.key, body: '{"model":"m-openai","model":"m-anthropic","max_tokens":5,"messages":[]}', status: 400 },
    { name: 'key in the address', key: rich.key, query: `?key=${rich.key}`, status: 400 },
    { name: 'GET', key: rich.key, method: 'GET', status: 405 },
    { name: 'PUT', key: rich.key, method: 'PUT', status: 405 },
  ]
}

type Trial = { readonly world: World; readonly path: string; readonly spoken: Spoken; readonly one: Case }

async function tryRefused(context: CheckContext, { world, path, spoken, one }: Trial): Promise<void> {
  const body = one.body ?? plainBody('', spoken, one.model)
  const answer = await post(world, { path: path + (one.query ?? ''), spoken, key: one.key, body, method: one.method })
  const named = `${path}, ${one.name}`
  context.expect(answer.status === one.status, `${named}: answered ${answer.status} ${errorCodeOf(answer)}, not ${one.status}`)
  context.expect(world.sim.calls.length === 0, `${named}: the upstream was called`)
  world.sim.forget()
}

type Posting = {
  readonly path: string
  readonly spoken: Spoken
  readonly key?: string | undefined
  readonly body: string
  readonly method?: string | undefined
}

function post(world: World, { path, spoken, key, body, method = 'POST' }: Posting): Promise<Answer> {
  const content = method === 'GET' ? '' : body
  const headers = { 'content-type': 'application/json', ...(key === undefined ? {} : keyHeader({ protocol: spoken, key })) }
  return send({ url: world.base + path, method, headers: { ...headers, 'content-length': Buffer.byteLength(content) }, body: content })
}

async function tryUnbilled(context: CheckContext, { world, path, key }: { world: World; path: string; key: string }): Promise<void> {
  const isFree = (FREE_PATHS as readonly string[]).includes(path)
  for (const method of ['GET', 'POST']) {
    const answer = await post(world, { path, spoken: 'openai', key, body: plainBody(key, 'openai'), method })
    context.expect(world.sim.calls.length === 0, `${method} ${path}: the upstream was called`)
    context.expect(isFree || answer.status === 404 || answer.status === 405, `${method} ${path}: answered ${answer.status}`)
    world.sim.forget()
  }
}

/** Every billable path serves, streamed and not; each call is one upstream call and one usage row. */
async function serveAll(context: CheckContext, world: World): Promise<number> {
  const customer = await world.operator.customer('10.00')
  const ids: string[] = []
  for (const [path, protocol] of PROTOCOL_PATHS) {
    const spoken = SPOKEN_OF[protocol.id]
    for (const isStream of [false, true]) {
      const body = bodyOf({ base: '', key: '', protocol: spoken, isStream })
      const answer = await post(world, { path, spoken, key: customer.key, body })
      context.expect(answer.status === 200, `${path}: answered ${answer.status} ${errorCodeOf(answer)}`)
      ids.push(answer.requestId)
    }
  }
  context.expect(world.sim.calls.length === ids.length, `${world.sim.calls.length} upstream calls for ${ids.length} served ones`)
  const rows = await until(
    () => world.operator.usage(customer.id),
    (found) => found.length >= ids.length,
    3000,
  )
  context.expect(rows.length === ids.length, `${rows.length} usage rows for ${ids.length} served calls`)
  for (const id of ids) {
    const own = rows.filter((row) => row.request_id === id)
    context.expect(own.length === 1 && Number(own[0]?.cost) > 0, `${own.length} usage rows, cost ${own[0]?.cost}, for a served call`)
  }
  return ids.length
}
