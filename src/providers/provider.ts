import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { type CallAddress, type ChatBoundField, OPENAI_SURFACES, type Protocol, type ProtocolId } from '../protocols/index.ts'
import { type CallProtocolName, isCallProtocol, type ProtocolName, type Upstream } from '../spec/index.ts'
import type { AwsRequest } from './aws-signature.ts'
import type { InBodyErrors } from './in-body-errors.ts'
import type { ReplyHead, ReplyRewriting } from './reply-rewriting.ts'

/** Fields of replies' heads, in lower case, in which one upstream or another tells more than HTTP has words for. */
export const TOLD_FIELDS = ['openai-organization', 'anthropic-organization-id', 'x-gemini-service-tier'] as const

type ToldField = (typeof TOLD_FIELDS)[number]
type Signed = Readonly<Record<string, string>>

/** How an upstream of one kind is called. */
export type Provider = {
  /** The protocols that an upstream speaks; calls in others are translated to the first that can be translated to. */
  readonly speaks: (upstream: Upstream) => readonly ProtocolId[]
  /** Path after the upstream's base URL. */
  readonly path: (protocol: Protocol, call: CallAddress) => string
  /** Headers of a call in a protocol, made anew: our credential, and the few of the customer's that change what is answered. */
  readonly headers: (upstream: Upstream, client: IncomingHttpHeaders, protocol: ProtocolId) => Readonly<Record<string, string>>
  /** Headers that are made of the whole request, or of what is asked for through the agent, where a key is not what is sent. */
  readonly sign?: (request: AwsRequest, agent: Dispatcher) => Signed | Promise<Signed>
  /** The body as this upstream takes it, where that differs from the protocol's; made with what of the customer's headers belongs in it. */
  readonly body?: (body: Buffer, client: IncomingHttpHeaders) => Buffer
  /** How a reply with such a head is read as the protocol has it; undefined where it comes so. */
  readonly rewrites?: (head: ReplyHead) => ReplyRewriting | undefined
  /** The header of a reply that names whose the key is. */
  readonly accountHeader?: ToldField
  /** The header of a reply and the word in it that tell that a call was served in the usual tier, whatever it asked for. */
  readonly usualTier?: { readonly header: ToldField; readonly word: string }
  /**
   * Whether a bound of the output is added where the customer gave none. Not everywhere: upstreams that refuse a prompt and a bound that
   * come to more than their context would then refuse what they would have answered.
   */
  readonly addsOutputMax: boolean
  /**
   * The most that a model of the upstream makes in an answer that is no stream, where that is less than in a stream: a larger bound is refused.
   * undefined where there is no such difference.
   */
  readonly wholeOutputMax?: (upstreamModel: string) => number | undefined
  /** The name under which it heeds the bound of a chat's output. */
  readonly outputMaxField: ChatBoundField
  /** The same where it heeds no other, so that a customer's own bound has to be sent under it. */
  readonly onlyOutputField?: ChatBoundField
  /** It tells the usage of streams unasked, and refuses calls that ask for it. */
  readonly tellsUsageUnasked?: boolean
  /** It refuses messages of a chat that tell what was thought (`reasoning_content`). */
  readonly refusesThoughts?: boolean
  /** It tells in Gemini's protocol how likely each token was, and refuses no call that asks for it. */
  readonly tellsLogprobs?: boolean
  /** Where it tells errors with status 200. */
  readonly errorsInBody?: InBodyErrors
}

/** A key as most upstreams want it; nothing where there is none. */
export const bearer = (apiKey: string | undefined): Readonly<Record<string, string>> =>
  apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }

/** Whether a protocol is one of OpenAI's. */
export const isOpenaiProtocol = (id: ProtocolId): boolean => id.startsWith('openai-')

/** Whether a protocol is one of Anthropic's. */
export const isAnthropicProtocol = (id: ProtocolId): boolean => id.startsWith('anthropic-')

/** A key where a protocol's clients put it; Anthropic's say more than that (see anthropicHeaders). */
export function keyHeaders(id: ProtocolId, apiKey: string | undefined): Readonly<Record<string, string>> {
  if (apiKey === undefined) return {}
  if (isAnthropicProtocol(id)) return { 'x-api-key': apiKey }
  return isOpenaiProtocol(id) ? bearer(apiKey) : { 'x-goog-api-key': apiKey }
}

/** What comes with a protocol where it is spoken; none of it is translated to. */
const COMPANIONS: Readonly<Record<CallProtocolName, readonly ProtocolId[]>> = {
  'openai-chat': OPENAI_SURFACES,
  'openai-responses': [],
  'anthropic-messages': ['anthropic-count-tokens'],
  gemini: ['gemini-embed', 'gemini-batch-embed', 'gemini-count'],
}

/** What an upstream speaks: what the operator says, else `own`, what its kind does, with what comes with each, and `more` in either case. */
export function spokenBy(upstream: Upstream, own: readonly ProtocolName[], more: readonly ProtocolId[] = []): readonly ProtocolId[] {
  const names = (upstream.protocols ?? own).filter(isCallProtocol)
  return [...names, ...names.flatMap((name) => COMPANIONS[name]), ...more]
}
