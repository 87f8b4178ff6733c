import type { CallAddress, DecodedCall, Protocol, ProtocolId } from '../protocols/index.ts'
import { PROTOCOLS } from '../protocols/index.ts'
import type { Model } from '../spec/index.ts'
import { ADAPTERS, type Adapter, type CanonicalCall, makeLosses, type Part, type ProtocolName } from '../translation/index.ts'

/** What is needed to answer a translated call. */
export type Translation = {
  readonly call: CanonicalCall
  /** Of the protocol that the customer speaks. */
  readonly client: Adapter
  /** Of the protocol that the upstream speaks. */
  readonly upstream: Adapter
  /** Fields of the customer's request that the upstream's protocol has no words for. */
  readonly losses: readonly string[]
}

/** A call, and how it is to be said. */
export type TranslationWish = {
  readonly asked: { readonly body: Buffer; readonly protocol: Protocol; readonly address: CallAddress | undefined }
  readonly model: Pick<Model, 'context' | 'outputMax'>
  readonly protocol: Protocol
  readonly upstreamModel: string
  readonly outputMaxField: 'max_tokens' | 'max_completion_tokens'
  readonly refusesThoughts?: boolean | undefined
  readonly tellsLogprobs?: boolean | undefined
}

const adapterOf = (id: ProtocolId): Adapter | undefined => ADAPTERS[id as ProtocolName]

/** Of what an upstream speaks the first protocol that the customer's can be translated to. */
export function translatedProtocol(client: Protocol, spoken: readonly ProtocolId[]): Protocol | undefined {
  const id = adapterOf(client.id) === undefined ? undefined : spoken.find((known) => adapterOf(known) !== undefined)
  return id === undefined ? undefined : PROTOCOLS[id]
}

/**
 * The call in the upstream's protocol, decoded as any call in it is, so that its bounds are that protocol's own.
 * Fails as readers of requests do.
 */
export function translateCall({ asked, model, protocol, upstreamModel, ...manners }: TranslationWish): {
  readonly call: DecodedCall
  readonly translation: Translation
} {
  const [client, upstream] = [adapterOf(asked.protocol.id), adapterOf(protocol.id)]
  if (client === undefined || upstream === undefined) throw new TypeError('a protocol without an adapter')
  const call = client.readRequest(asked.body, asked.address)
  const losses = makeLosses()
  const outputMax = likelyOutputMax(likelyTokens(asked.body, call), model)
  const body = Buffer.from(upstream.writeRequest(call, { ...manners, model: upstreamModel, losses, outputMax }))
  return {
    call: protocol.decode(body, { model: upstreamModel, isStream: call.isStream }),
    translation: { call, client, upstream, losses: losses.list() },
  }
}

/** Bytes of JSON for each token of words, and of base64 for each of a picture or file, at the least that is usual. */
const BYTES_PER_TOKEN = 3
const MEDIA_BYTES_PER_TOKEN = 300
const OUTPUT_MIN = 1_024

/** A bound for upstreams that have to be told one: what the model can make, or what is likely to be left of its context beside the prompt. */
const likelyOutputMax = (promptTokens: number, { context, outputMax }: TranslationWish['model']): number =>
  Math.min(outputMax, Math.max(OUTPUT_MIN, context - promptTokens))

/** What the prompt is likely to come to. Pictures and files are read as what they show, not as the bytes that they come in. */
function likelyTokens(body: Buffer, { system, messages }: CanonicalCall): number {
  const media = [...system, ...messages.flatMap(({ parts }) => parts)].reduce((sum, part) => sum + mediaBytes(part), 0)
  return Math.ceil(Math.max(0, body.length - media) / BYTES_PER_TOKEN + media / MEDIA_BYTES_PER_TOKEN)
}

function mediaBytes(part: Part): number {
  if (part.type === 'tool-result') return part.parts.reduce((sum, inner) => sum + mediaBytes(inner), 0)
  const isMedia = 'media' in part && part.media.kind === 'base64' && !part.media.mimeType.startsWith('text/')
  return isMedia ? part.media.data.length : 0
}
