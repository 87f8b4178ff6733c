import { type SeededRandom, seededRandom } from '../../sim/index.ts'
import { ALL_SPOKEN, bodyOf, type CallPlan, call, keyHeader, pathOf, type Spoken, send, UPSTREAM_PATHS } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { inParallel, until } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'
import { type ListeningCanary, startListeningCanary } from './listening-canary.ts'

/** Names under which gateways, SDKs and proxies have taken an address or a key of an upstream from a request. */
const NAMES = [
  ...['base_url', 'baseurl', 'api_base', 'apibase', 'api_host', 'host', 'hostname', 'endpoint', 'url', 'uri', 'target', 'target_url'],
  ...['upstream', 'upstream_url', 'proxy', 'proxy_url', 'http_proxy', 'https_proxy', 'provider', 'provider_url', 'custom_host', 'origin'],
  ...['server', 'server_url', 'gateway', 'gateway_url', 'openai_api_base', 'openai_base_url', 'anthropic_base_url', 'azure_endpoint'],
  ...['deployment_id', 'organization', 'api_key', 'openai_api_key', 'anthropic_api_key', 'authorization', 'x_api_key', 'api_version'],
  ...['x-base-url', 'x-upstream', 'x-upstream-url', 'x-target-url', 'x-portkey-custom-host', 'x-portkey-provider', 'x-portkey-config'],
  ...['helicone-openai-api-base', 'helicone-target-url', 'x-litellm-api-base', 'x-forwarded-host', 'x-original-url', 'x-rewrite-url'],
  ...[
    'forwarded',
    'x-host',
    'x-http-host-override',
    'callback_url',
    'webhook',
    'mcp_server_url',
    'redirect_uri',
    'fallbacks',
    'model_list',
  ],
  ...['litellm_params', 'router_settings', 'config'],
] as const

const PLACES = ['body', 'query', 'header'] as const
const DEPTH_MAX = 8
const AT_ONCE = 20
const SECRET = 'sk-upstream-world'

/** SEC-06: no name in a request, wherever and however it is spelled, makes the gateway call another address or send its key there. */
export async function upstreamOverride(context: CheckContext): Promise<Measured> {
  const random = seededRandom(context.seed)
  const canary = await startListeningCanary()
  const world = await startWorld({ keepBodies: false })
  try {
    const { key } = await world.operator.customer('1000.00')
    const trials = Array.from({ length: context.n }, (_, index) => trialOf(random, { index, url: canary.url }))
    const statuses = await inParallel(trials, AT_ONCE, async (trial) => {
      const { status } = await trial({ base: world.base, key })
      return status
    })
    const reached = world.sim.calls.length
    judge(context, world, canary)
    const cleared = await checkKeysStay(context, { world, canary, key })
    context.expect(canary.contacts() === cleared, `${canary.contacts() - cleared} calls to a foreign address`)
    context.expect(!canary.heard().includes(SECRET), 'a foreign address was told a key of the house')
    context.expect(cleared > 0, 'blind: the address that counts was not called when it was configured')
    const answered = statuses.filter((status) => status === 200).length
    context.expect(answered * 3 > trials.length, `blind: only ${answered} of ${trials.length} calls were answered`)
    return { n: trials.length, measured: { names: NAMES.length, answered, reached, foreignCalls: canary.contacts() - cleared } }
  } finally {
    await world.stop()
    canary.close()
  }
}

/** What arrived where it should, arrived with the key of the house and nothing of the request's own. */
function judge(context: CheckContext, { sim }: World, canary: ListeningCanary): void {
  for (const { headersSeen, path } of sim.calls) {
    const key = headersSeen['authorization'] ?? `Bearer ${headersSeen['x-api-key'] ?? headersSeen['x-goog-api-key'] ?? ''}`
    context.expect(key === `Bearer ${SECRET}`, 'a call went out with another key')
    context.expect(UPSTREAM_PATHS.test(path), `a call went to ${path}`)
    context.expect(!JSON.stringify(headersSeen).includes(canary.host), 'a header of the request went out')
  }
}

type Trial = (at: Pick<CallPlan, 'base' | 'key'>) => Promise<{ readonly status: number }>

function trialOf(random: SeededRandom, { index, url }: { readonly index: number; readonly url: string }): Trial {
  const protocol: Spoken = ALL_SPOKEN[index % ALL_SPOKEN.length] ?? 'openai'
  const name = varied(random, NAMES[index % NAMES.length] ?? 'url')
  const place = PLACES[Math.floor(index / NAMES.length) % PLACES.length] ?? 'body'
  const value = addressOf(random, url)
  if (place === 'body') return (at) => call({ ...at, protocol, fields: { [name]: nested(value, random.below(DEPTH_MAX + 1)) } })
  if (place === 'header') {
    const header = name.replace(/[^\w-]/g, '-').toLowerCase()
    const isOwn = ['host', 'authorization', 'x-api-key', 'expect'].includes(header)
    return (at) => call({ ...at, protocol, headers: isOwn ? { host: url.slice('http://'.length) } : { [header]: value } })
  }
  const query = `?${encodeURIComponent(name)}=${encodeURIComponent(value)}`
  return (at) => {
    const plan = { ...at, protocol }
    const headers = { 'content-type': 'application/json', ...keyHeader(plan) }
    return send({ url: `${at.base}${pathOf(plan)}${query}`, method: 'POST', headers, body: bodyOf(plan) })
  }
}

/** Another spelling of a name: cases, separators, characters that look the same or are taken for the same. */
function varied(random: SeededRandom, name: string): string {
  const spellings = [
    name,
    name.toUpperCase(),
    name.replaceAll('_', '-'),
    name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    [...name].map((letter, at) => (at % 2 === 0 ? letter.toUpperCase() : letter)).join(''),
    name.normalize('NFD').replace('o', 'о'),
    `${name}\u200b`,
    [...name].map((letter) => (/[a-z]/.test(letter) ? String.fromCodePoint(letter.charCodeAt(0) + 0xfee0) : letter)).join(''),
  ]
  return spellings[random.below(spellings.length)] ?? name
}

function addressOf(random: SeededRandom, url: string): string {
  const values = [
    url,
    `${url}/v1`,
    url.slice('http:'.length),
    url.slice('http://'.length),
    `http://127.0.0.1@${url.slice('http://'.length)}/`,
  ]
  return values[random.below(values.length)] ?? url
}

const nested = (value: string, depth: number): unknown =>
  depth === 0 ? value : depth % 2 === 0 ? [nested(value, depth - 1)] : { url: nested(value, depth - 1) }

type Moving = { readonly world: World; readonly canary: ListeningCanary; readonly key: string }

/** SEC-06b: an operator who moves an upstream to another host takes its key away with it. Tells how often that host was called. */
async function checkKeysStay(context: CheckContext, { world, canary, key }: Moving): Promise<number> {
  const body = { kind: 'openai', base_url: `http://127.0.0.1:${world.sim.port}/v1`, api_key: SECRET, api_keys: ['sk-upstream-second'] }
  await world.operator.ask('PUT', '/upstreams/moved', body)
  const model = { context: 1000, output_max: 100, price: { input: '1', output: '1' }, routes: [{ upstream: 'moved', model: 'sim-model' }] }
  await world.operator.ask('PUT', '/models/m-moved', model)
  const ask = () => call({ base: world.base, key, protocol: 'openai', model: 'm-moved', outputMax: 10 })
  await until(ask, ({ status }) => status === 200, 5000)
  const before = canary.contacts()
  const moved = await world.operator.ask('PUT', '/upstreams/moved', { kind: 'openai', base_url: `${canary.url}/v1` })
  context.expect((moved as { readonly has_key?: boolean }).has_key === false, 'a moved upstream kept its key')
  await until(ask, () => canary.contacts() > before, 5000)
  return canary.contacts() - before
}
