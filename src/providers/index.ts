/** What upstreams speak: how a call to each kind is addressed and authorised. Never reads content. */
import type { Upstream, UpstreamKind } from '../spec/index.ts'
import { anthropic } from './anthropic.ts'
import { azureOpenai } from './azure-openai.ts'
import { openai, openaiCompatible } from './openai.ts'
import type { Provider } from './provider.ts'

export { HOST_QUIRKS, type HostQuirk } from './host-quirks.ts'
export type { Provider } from './provider.ts'

const PROVIDERS: Readonly<Record<UpstreamKind, (upstream: Upstream) => Provider>> = {
  openai: () => openai,
  anthropic: () => anthropic,
  'openai-compatible': openaiCompatible,
  'azure-openai': azureOpenai,
}

/** The provider of an upstream, by its kind and what is odd about its host. */
export const providerOf = (upstream: Upstream): Provider => PROVIDERS[upstream.kind](upstream)
