import { withoutModel } from '../protocols/index.ts'
import { serviceAccountOf, type Upstream } from '../spec/index.ts'
import { anthropic } from './anthropic.ts'
import { tokenSource } from './google-token.ts'
import type { Provider } from './provider.ts'

/** What stands in a request's body in place of Anthropic's version header. */
const VERSION = '"anthropic_version":"vertex-2023-10-16"'

/**
 * Anthropic's models at Google Cloud, where the model is in the path, and the body is Anthropic's otherwise. The key is the key file of a
 * service account, with which each process of a gateway gets access tokens that end within the hour. Sources:
 * https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude,
 * https://github.com/anthropics/anthropic-sdk-typescript (packages/vertex-sdk) (2026-11-26).
 */
export function vertex({ apiKey = '', ...keyless }: Upstream): Provider {
  const { baseUrl } = keyless
  const account = serviceAccountOf(apiKey)
  const token = account === undefined ? undefined : tokenSource(account)
  const [, location = 'global'] = /^([a-z0-9-]+)-aiplatform\./.exec(new URL(baseUrl).hostname) ?? []
  const models = `/v1/projects/${encodeURIComponent(account?.project_id ?? '')}/locations/${location}/publishers/anthropic/models`
  return {
    ...anthropic,
    // Tokens are counted elsewhere there.
    speaks: () => ['anthropic-messages'],
    path: (_, call) => `${models}/${encodeURIComponent(call.model)}:${call.isStream ? 'streamRawPredict' : 'rawPredict'}`,
    headers: (_, client, protocol) => anthropic.headers(keyless, client, protocol),
    body: (body) => withoutModel(body, VERSION),
    sign: async ({ now }, agent) => (token === undefined ? {} : { authorization: `Bearer ${await token(agent, now)}` }),
  }
}
