/** What upstreams speak: how a call to each kind is addressed and authorised, and what is odd about its replies. Keeps no content. */
import type { Upstream, UpstreamKind } from '../spec/index.ts'
import { anthropic } from './anthropic.ts'
import { azureOpenai } from './azure-openai.ts'
import { bedrock } from './bedrock.ts'
import { gemini } from './gemini.ts'
import { openaiCompatible, openaiOf } from './openai.ts'
import type { Provider } from './provider.ts'
import { vertex } from './vertex.ts'

export { NO_WISHES, pricedWishes } from './anthropic-headers.ts'
export { HOST_QUIRKS, type HostQuirk } from './host-quirks.ts'
export { type BegunReply, type InBodyErrors, inBodyStatus, isErrorTold } from './in-body-errors.ts'
export { type Provider, TOLD_FIELDS } from './provider.ts'
export { realtimeHeaders, realtimeUrl, speaksRealtime } from './realtime.ts'
export { type Refusal, type RefusedReply, readRefusal } from './refusals.ts'
export { type ReplyHead, type ReplyRewriting, UpstreamTold } from './reply-rewriting.ts'

const PROVIDERS: Readonly<Record<UpstreamKind, (upstream: Upstream, upstreamModel: string) => Provider>> = {
  openai: openaiOf,
  anthropic: () => anthropic,
  gemini: () => gemini,
  'openai-compatible': openaiCompatible,
  'azure-openai': azureOpenai,
  bedrock,
  vertex,
}

/** The provider of a model of an upstream, by the upstream's kind and what is odd about its host. */
export const providerOf = (upstream: Upstream, upstreamModel: string): Provider => PROVIDERS[upstream.kind](upstream, upstreamModel)
