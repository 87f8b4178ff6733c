import type { IncomingHttpHeaders } from 'node:http'
import { bodyEditor } from '../protocols/index.ts'
import type { Upstream } from '../spec/index.ts'
import { anthropic } from './anthropic.ts'
import { anthropicHeaders } from './anthropic-headers.ts'
import { bedrockReply } from './bedrock-reply.ts'
import { withoutBillingLine } from './billing-line.ts'
import { openaiCompatible } from './openai.ts'
import type { Provider } from './provider.ts'

/** What stands in a request's body in place of Anthropic's version header. */
const VERSION = '"bedrock-2023-05-31"'
const edit = bodyEditor({ without: ['model', 'stream'], adds: ['anthropic_version', 'anthropic_beta'] })

/** Whether an address is that of the runtime endpoint of a region, also of one's own network. */
export const isBedrockRuntime = ({ baseUrl }: Pick<Upstream, 'baseUrl'>): boolean =>
  /(?:^|\.)bedrock-runtime(?:-fips)?\./.test(new URL(baseUrl).hostname)

/**
 * Models at Bedrock's runtime endpoint: Anthropic's are invoked with Anthropic's body, the model in the path, and answer streams in the
 * framing of AWS; what has OpenAI's chat completions there is spoken to in these. Sources:
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/models-endpoint-availability.html,
 * https://github.com/anthropics/anthropic-sdk-typescript (packages/bedrock-sdk/src/client.ts) (2026-11-26).
 */
export const bedrockRuntime = (upstream: Upstream, isAnthropic: boolean): Provider => (isAnthropic ? INVOKED : openaiChats(upstream))

const INVOKED: Provider = {
  ...anthropic,
  // Tokens are counted in another shape there.
  speaks: () => ['anthropic-messages'],
  path: (_, call) => `/model/${encodeURIComponent(call.model)}/${call.isStream ? 'invoke-with-response-stream' : 'invoke'}`,
  headers: () => ({ accept: '*/*' }),
  body: (body, client) => edit(withoutBillingLine(body), { anthropic_version: VERSION, ...wishesOf(client) }),
  rewrites: bedrockReply,
}

/** What a customer wishes by a header stands in the body. */
function wishesOf(client: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const betas = anthropicHeaders(undefined, client)
    ['anthropic-beta']?.split(',')
    .map((beta) => beta.trim())
  return betas === undefined ? {} : { anthropic_beta: JSON.stringify(betas.filter((beta) => beta !== '')) }
}

function openaiChats(upstream: Upstream): Provider {
  const spoken = openaiCompatible(upstream)
  return { ...spoken, speaks: () => ['openai-chat'], path: (protocol, call) => `/openai/v1${spoken.path(protocol, call)}` }
}
