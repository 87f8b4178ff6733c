/** What customers speak: reads requests and replies byte by byte as they pass; never collects content, calls anyone or writes anything. */
import { anthropicCountTokens } from './anthropic-count-tokens/index.ts'
import { anthropicMessages } from './anthropic-messages/index.ts'
import { addressOf, type Method } from './gemini/address.ts'
import { gemini, geminiBatchEmbed, geminiCount, geminiEmbed } from './gemini/index.ts'
import { openaiChat } from './openai-chat/index.ts'
import { responsesCount } from './openai-responses/count.ts'
import { openaiResponses } from './openai-responses/index.ts'
import { OPENAI_SURFACES, SURFACES, surfacePaths } from './openai-surfaces/index.ts'
import type { CallAddress, Protocol, ProtocolId } from './protocol.ts'
import type { StoringSurface } from './storing-surfaces.ts'

export { BILLING_LINE, isBillingLine } from './anthropic-messages/billing-line.ts'
export { renameContainers } from './anthropic-messages/told-container.ts'
export { replyUsage as anthropicReplyUsage } from './anthropic-messages/usage.ts'
export { bodyEditor } from './body-editor.ts'
export { leastTokens } from './count-tokens.ts'
export { replyUsage as geminiReplyUsage } from './gemini/usage.ts'
export { readerRecord } from './json-reply.ts'
export { boundaryOf, FormReader } from './multipart/index.ts'
export { replyUsage as openaiReplyUsage } from './openai-family/index.ts'
export {
  type ClientEvent,
  errorEvent,
  keyOfProtocols,
  limitsEvent,
  type Made,
  NOTHING_MADE,
  REALTIME_PATHS,
  readClientEvent,
  readServerEvent,
  responseCall,
  SESSION_PROTOCOL,
  type ServerEvent,
  type ToldUsage,
  transcriptCall,
} from './openai-realtime/index.ts'
export type {
  AskedPieces,
  CallAddress,
  ChatBoundField,
  DecodedCall,
  ForcedBounds,
  FormRules,
  LengthStop,
  LimitState,
  MediaAddress,
  MediaKind,
  ModelPresenter,
  ModelView,
  Protocol,
  ProtocolId,
  ReplyReader,
  ReplyShape,
} from './protocol.ts'
export { failUnpriced } from './request-fields.ts'
export { DEPTH_MAX } from './scan-plan.ts'
export { type SseEvent, SseScanner } from './sse-scanner.ts'
export { STORING_SURFACES, type StoringSurface, storingSurfaceAt } from './storing-surfaces.ts'

/** The protocol in whose shape a session is refused as long as it is none, by upstreams and here. */
export const SESSION_REFUSALS: Protocol = openaiChat

export { anthropicMessages, gemini, OPENAI_SURFACES, openaiChat, openaiResponses }

/** Every protocol, by its id. */
export const PROTOCOLS: Readonly<Record<ProtocolId, Protocol>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'openai-responses-count': responsesCount,
  'anthropic-messages': anthropicMessages,
  'anthropic-count-tokens': anthropicCountTokens,
  ...SURFACES,
  gemini,
  'gemini-embed': geminiEmbed,
  'gemini-batch-embed': geminiBatchEmbed,
  'gemini-count': geminiCount,
}

/** The public paths of calls, and what is spoken there. */
export const PROTOCOL_PATHS: ReadonlyMap<string, Protocol> = new Map([
  ['/v1/chat/completions', openaiChat],
  ['/api/proxy/chat/completions', openaiChat],
  ['/api/proxy/v1/chat/completions', openaiChat],
  ['/v1/responses', openaiResponses],
  ['/api/proxy/responses', openaiResponses],
  ['/api/proxy/v1/responses', openaiResponses],
  ['/v1/responses/input_tokens', responsesCount],
  ['/api/proxy/responses/input_tokens', responsesCount],
  ['/api/proxy/v1/responses/input_tokens', responsesCount],
  ['/v1/messages', anthropicMessages],
  ['/anthropic/v1/messages', anthropicMessages],
  ['/api/proxy/v1/messages', anthropicMessages],
  ['/v1/messages/count_tokens', anthropicCountTokens],
  ['/anthropic/v1/messages/count_tokens', anthropicCountTokens],
  ['/api/proxy/v1/messages/count_tokens', anthropicCountTokens],
  ...Object.values(SURFACES).flatMap((surface) => surfacePaths(surface).map((path) => [path, surface] as const)),
])

/** What is asked for at an address: the protocol, and what the address tells besides. */
export type Spoken = { readonly protocol: Protocol; readonly address?: CallAddress }

const METHOD_PROTOCOLS: Readonly<Record<Method, Protocol>> = {
  generateContent: gemini,
  streamGenerateContent: gemini,
  countTokens: geminiCount,
  embedContent: geminiEmbed,
  batchEmbedContents: geminiBatchEmbed,
}

/** What is asked for at a path, and by what follows its question mark; undefined for other paths. */
export function spokenAt(path: string, query = ''): Spoken | undefined {
  const protocol = PROTOCOL_PATHS.get(path)
  if (protocol !== undefined) return { protocol }
  const addressed = addressOf(path, query)
  return addressed === undefined ? undefined : { protocol: METHOD_PROTOCOLS[addressed.method], address: addressed.address }
}

type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>

const GEMINI_PATH = /^(?:\/api\/proxy)?\/v1beta\//

/** The protocol in whose shape errors are told where a path is nobody's, by the path and by what its clients send alone; undefined where none can be guessed. */
export function protocolOfErrors(path: string, headers: RequestHeaders): Protocol | undefined {
  if (GEMINI_PATH.test(path) || addressOf(path, '') !== undefined || headers['x-goog-api-key'] !== undefined) return gemini
  return headers['anthropic-version'] === undefined ? undefined : anthropicMessages
}

const MODELS_PATH = /^(?:(?:\/anthropic|\/api\/proxy)?\/v1|(?:\/api\/proxy)?\/v1beta)\/models(?:\/(.{1,256}))?$/

/** Whether a path lists models or names one of them (`id`, still percent-encoded); undefined for other paths. */
export function modelsPath(path: string): { readonly id: string | undefined } | undefined {
  const match = MODELS_PATH.exec(path)
  return match === null ? undefined : { id: match[1] }
}

/** The protocol that a client of a surface reads errors in; headers tell them apart where several have one path. */
export function protocolOfSurface({ of }: StoringSurface, headers: RequestHeaders): Protocol {
  const [first = 'openai-chat'] = of
  if (of.includes('gemini') && headers['x-goog-api-key'] !== undefined) return gemini
  return PROTOCOLS[of.includes('anthropic-messages') && headers['anthropic-version'] !== undefined ? 'anthropic-messages' : first]
}

/** The protocol in which models are listed: three share one path, and two of them are known by a header. */
export function protocolForModels(path: string, headers: RequestHeaders): Protocol {
  if (GEMINI_PATH.test(path) || headers['x-goog-api-key'] !== undefined) return gemini
  return headers['anthropic-version'] === undefined ? openaiChat : anthropicMessages
}
