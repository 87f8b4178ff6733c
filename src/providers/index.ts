/** What upstreams speak: how a call to each kind is addressed and authorised. Never reads content. */
import type { UpstreamKind } from '../spec/index.ts'
import { anthropic } from './anthropic.ts'
import { openai, openaiCompatible } from './openai.ts'
import type { Provider } from './provider.ts'

export type { Provider } from './provider.ts'

const PROVIDERS: Readonly<Record<UpstreamKind, Provider>> = { openai, anthropic, 'openai-compatible': openaiCompatible }

/** The provider of a kind of upstream. */
export const providerOf = (kind: UpstreamKind): Provider => PROVIDERS[kind]
