import { bodyEditor } from '../protocols/index.ts'
import { isAnthropicAtVertex, type ServiceAccount, serviceAccountOf, type Upstream } from '../spec/index.ts'
import { anthropic } from './anthropic.ts'
import { tokenSource } from './google-token.ts'
import type { Provider } from './provider.ts'
import { vertexGemini } from './vertex-gemini.ts'

/** What stands in a request's body in place of Anthropic's version header. */
const VERSION = { anthropic_version: '"vertex-2023-10-16"' }
const edit = bodyEditor({ without: ['model'], adds: Object.keys(VERSION) })

/**
 * Models at Google Cloud, where the model is in the path: Anthropic's in Anthropic's protocol, Google's own in Gemini's. The key is the key
 * file of a service account, with which each process of a gateway gets access tokens that end within the hour. Sources:
 * https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude,
 * https://github.com/anthropics/anthropic-sdk-typescript (packages/vertex-sdk) (2026-11-26).
 */
export function vertex({ apiKey = '', ...keyless }: Upstream, upstreamModel: string): Provider {
  const account = serviceAccountOf(apiKey)
  const token = account === undefined ? undefined : tokenSource(account)
  const publishers = publishersAt(keyless, account)
  const spoken = isAnthropicAtVertex(upstreamModel) ? vertexAnthropic(keyless, publishers) : vertexGemini(publishers, upstreamModel)
  return {
    ...spoken,
    sign: async ({ now }, agent) => (token === undefined ? {} : { authorization: `Bearer ${await token(agent, now)}` }),
  }
}

/** Where the publishers of models are found, in the region of the address: a host of its own, or that of several regions together. */
function publishersAt({ baseUrl }: Pick<Upstream, 'baseUrl'>, account: ServiceAccount | undefined): string {
  const { hostname } = new URL(baseUrl)
  const [, region, regions] = /^(?:([a-z0-9-]+)-aiplatform\.|aiplatform\.([a-z]+)\.rep\.)/.exec(hostname) ?? []
  return `/v1/projects/${encodeURIComponent(account?.project_id ?? '')}/locations/${region ?? regions ?? 'global'}/publishers`
}

const vertexAnthropic = (keyless: Upstream, publishers: string): Provider => ({
  ...anthropic,
  // Tokens are counted elsewhere there.
  speaks: () => ['anthropic-messages'],
  path: (_, call) =>
    `${publishers}/anthropic/models/${encodeURIComponent(call.model)}:${call.isStream ? 'streamRawPredict' : 'rawPredict'}`,
  headers: (_, client, protocol) => anthropic.headers(keyless, client, protocol),
  body: (body) => edit(body, VERSION),
})
