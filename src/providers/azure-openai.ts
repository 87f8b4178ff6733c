import type { ProtocolId } from '../protocols/index.ts'
import type { ProtocolName, Upstream } from '../spec/index.ts'
import { openai, spokenAtOpenai } from './openai.ts'
import { type Provider, spokenBy } from './provider.ts'

/** What is under each deployment in the API of dated versions. */
const CLASSIC: readonly ProtocolName[] = ['openai-chat']
/** What comes with chats at OpenAI, and is in neither. */
const ABSENT: ReadonlySet<ProtocolId> = new Set(['openai-moderations', 'openai-image-variations'])

/**
 * OpenAI's models at Azure, where a route's model is the name of a deployment. Without `api_version` it is the v1 API, whose base URL is
 * that of the resource with or without `/openai/v1`; with one, the deployments' paths of that version, where vectors, completions,
 * pictures and sound are too. Sources:
 * https://learn.microsoft.com/en-us/azure/foundry/openai/api-version-lifecycle,
 * https://learn.microsoft.com/en-us/azure/foundry/openai/reference,
 * https://github.com/Azure/azure-rest-api-specs (cognitiveservices/data-plane/AzureOpenAI/inference),
 * https://github.com/openai/openai-node/blob/HEAD/src/azure.ts (the paths under a deployment) (2026-11-26).
 */
export function azureOpenai({ baseUrl, apiVersion }: Pick<Upstream, 'baseUrl' | 'apiVersion'>, upstreamModel: string): Provider {
  const prefix = new URL(baseUrl).pathname.endsWith('/openai/v1') ? '' : '/openai/v1'
  return {
    ...openai,
    speaks: (upstream) =>
      spokenBy(upstream, apiVersion === undefined ? spokenAtOpenai(upstreamModel) : CLASSIC).filter((id) => !ABSENT.has(id)),
    path: (protocol, call) => {
      const path = protocol.upstreamPath(call)
      if (apiVersion === undefined) return prefix + path
      return `/openai/deployments/${encodeURIComponent(call.model)}${path}?api-version=${apiVersion}`
    },
    headers: (upstream) => (upstream.apiKey === undefined ? {} : { 'api-key': upstream.apiKey }),
  }
}
