import type { Upstream } from '../spec/index.ts'
import { anthropic } from './anthropic.ts'
import { type AwsSigner, signForAws } from './aws-signature.ts'
import { bedrockRuntime, isBedrockRuntime } from './bedrock-runtime.ts'
import { withoutBillingLine } from './billing-line.ts'
import { openaiCompatible } from './openai.ts'
import type { Provider } from './provider.ts'

/** What calls are signed for, at each endpoint. */
const SERVICES = { mantle: 'bedrock-mantle', runtime: 'bedrock' } as const

/** An access key of AWS as it stands in an upstream's key: the id, a colon, the secret. */
const ACCESS_KEY = /^(AKIA[A-Z0-9]{16}):(.+)$/

/**
 * Models at Amazon Bedrock, at either of its endpoints: Anthropic's in Anthropic's protocol, all others in OpenAI's. The key is one of
 * Bedrock, sent as a bearer, or an access key of AWS, with which calls are signed. Sources:
 * https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html, https://github.com/anthropics/anthropic-sdk-typescript
 * (packages/bedrock-sdk), https://github.com/openai/openai-node/blob/HEAD/bedrock.md (2026-11-26).
 */
export function bedrock(upstream: Upstream, upstreamModel: string): Provider {
  const isAnthropic = upstreamModel.includes('anthropic.')
  const spoken = isBedrockRuntime(upstream) ? bedrockRuntime(upstream, isAnthropic) : bedrockMantle(upstream, isAnthropic)
  const signer = signerOf(upstream)
  const { apiKey, ...keyless } = upstream
  const bearer = apiKey === undefined || signer !== undefined ? {} : { authorization: `Bearer ${apiKey}` }
  return {
    ...spoken,
    headers: (_, client, protocol) => ({ ...spoken.headers(keyless, client, protocol), ...bearer }),
    ...(signer === undefined ? {} : { sign: (request) => signForAws(request, signer) }),
  }
}

/** The endpoint that speaks both protocols as they are. */
function bedrockMantle(upstream: Upstream, isAnthropic: boolean): Provider {
  const spoken = isAnthropic ? { ...anthropic, body: withoutBillingLine } : openaiCompatible(upstream)
  const prefix = isAnthropic ? '/anthropic' : '/v1'
  return { ...spoken, path: (protocol, call) => prefix + spoken.path(protocol, call) }
}

function signerOf({ apiKey = '', baseUrl }: Upstream): AwsSigner | undefined {
  const [, accessKeyId, secretKey] = ACCESS_KEY.exec(apiKey) ?? []
  if (accessKeyId === undefined || secretKey === undefined) return undefined
  const [, region = 'us-east-1'] = /\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(new URL(baseUrl).hostname) ?? []
  return { accessKeyId, secretKey, region, service: isBedrockRuntime({ baseUrl }) ? SERVICES.runtime : SERVICES.mantle }
}
