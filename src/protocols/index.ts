/** What customers speak: reads requests and replies byte by byte as they pass; never collects content, calls anyone or writes anything. */
import { anthropicMessages } from './anthropic-messages/index.ts'
import { openaiChat } from './openai-chat/index.ts'
import { responsesCount } from './openai-responses/count-surface.ts'
import { openaiResponses } from './openai-responses/index.ts'
import type { CallAddress, CountSurface, Protocol, ProtocolId } from './protocol.ts'
import type { StoringSurface } from './storing-surfaces.ts'

export { replyUsage as anthropicReplyUsage } from './anthropic-messages/usage.ts'
export { replyUsage as openaiReplyUsage } from './openai-family/index.ts'
export type {
  CallAddress,
  ChatBoundField,
  CountSurface,
  DecodedCall,
  ForcedBounds,
  LengthStop,
  LimitState,
  ModelPresenter,
  ModelView,
  Protocol,
  ProtocolId,
  ReplyReader,
} from './protocol.ts'
export { failUnpriced } from './request-fields.ts'
export { DEPTH_MAX } from './scan-plan.ts'
export { type SseEvent, SseScanner } from './sse-scanner.ts'
export { STORING_SURFACES, type StoringSurface, storingSurfaceAt } from './storing-surfaces.ts'
export { withoutModel } from './without-model.ts'
export { anthropicMessages, openaiChat, openaiResponses }

/** Every protocol, by its id. */
export const PROTOCOLS: Readonly<Record<ProtocolId, Protocol>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
}

/** The public paths of calls, and what is spoken there. */
export const PROTOCOL_PATHS: ReadonlyMap<string, Protocol> = new Map([
  ['/v1/chat/completions', openaiChat],
  ['/api/proxy/chat/completions', openaiChat],
  ['/api/proxy/v1/chat/completions', openaiChat],
  ['/v1/responses', openaiResponses],
  ['/api/proxy/responses', openaiResponses],
  ['/api/proxy/v1/responses', openaiResponses],
  ['/v1/messages', anthropicMessages],
  ['/anthropic/v1/messages', anthropicMessages],
  ['/api/proxy/v1/messages', anthropicMessages],
])

/** The public paths at which tokens are counted. */
export const COUNT_PATHS: ReadonlyMap<string, CountSurface> = new Map([
  ['/v1/responses/input_tokens', responsesCount],
  ['/api/proxy/responses/input_tokens', responsesCount],
  ['/api/proxy/v1/responses/input_tokens', responsesCount],
])

/** What is asked for at a path (without its query): the protocol, and what the path tells besides; undefined for other paths. */
export function spokenAt(path: string): { readonly protocol: Protocol; readonly address?: CallAddress } | undefined {
  const protocol = PROTOCOL_PATHS.get(path)
  return protocol === undefined ? undefined : { protocol }
}

const MODELS_PATH = /^(?:\/anthropic|\/api\/proxy)?\/v1\/models(?:\/(.{1,256}))?$/

/** Whether a path lists models or names one of them (`id`, still percent-encoded); undefined for other paths. */
export function modelsPath(path: string): { readonly id: string | undefined } | undefined {
  const match = MODELS_PATH.exec(path)
  return match === null ? undefined : { id: match[1] }
}

/** The protocol that a client of a surface reads errors in; a header tells two apart that have one path. */
export function protocolOfSurface({ of }: StoringSurface, headers: Readonly<Record<string, string | string[] | undefined>>): Protocol {
  const [first] = of
  const id = of.includes('anthropic-messages') && headers['anthropic-version'] !== undefined ? 'anthropic-messages' : first
  return id !== undefined && isProtocolId(id) ? PROTOCOLS[id] : openaiChat
}

const isProtocolId = (id: string): id is ProtocolId => Object.hasOwn(PROTOCOLS, id)

/** The protocol in which models are listed: two share one path, and one of them names its version in a header. */
export const protocolForModels = (headers: Readonly<Record<string, string | string[] | undefined>>): Protocol =>
  headers['anthropic-version'] === undefined ? openaiChat : anthropicMessages
