/** What Gemini's calls look like on the wire; never calls anyone and keeps no content. */
import { limitHeaders } from '../openai-family/index.ts'
import type { Protocol } from '../protocol.ts'
import { type Method, pathOf } from './address.ts'
import { addresses } from './addresses.ts'
import { count, estimateCount, readCountReply } from './count.ts'
import { begin, decode } from './decode.ts'
import { batchEmbed, embed } from './embed.ts'
import { readEmbedReply } from './embed-usage.ts'
import { encodeError, encodeStreamError } from './errors.ts'
import { presentModels } from './models.ts'
import { readReply } from './read-reply.ts'
import { ASKED_TIERS } from './service-tiers.ts'

const SHARED = { serviceTiers: ASKED_TIERS, encodeError, encodeStreamError, presentModels, limitHeaders }

const atUpstream =
  (method: Method): Protocol['upstreamPath'] =>
  (call) =>
    pathOf(call.isStream ? 'streamGenerateContent' : method, call)

/** Calls of generateContent and streamGenerateContent. Source: https://ai.google.dev/api/generate-content (2026-11-26). */
export const gemini: Protocol = {
  id: 'gemini',
  clientPath: '/v1beta/models/{model}:generateContent',
  upstreamPath: atUpstream('generateContent'),
  begin,
  decode,
  addresses,
  readReply,
  ...SHARED,
}

/** Calls of embedContent. Source: https://ai.google.dev/api/embeddings (2026-11-26). */
export const geminiEmbed: Protocol = {
  id: 'gemini-embed',
  clientPath: '/v1beta/models/{model}:embedContent',
  upstreamPath: atUpstream('embedContent'),
  ...embed,
  readReply: readEmbedReply,
  ...SHARED,
}

/** Calls of batchEmbedContents. Source as above. */
export const geminiBatchEmbed: Protocol = {
  ...geminiEmbed,
  id: 'gemini-batch-embed',
  clientPath: '/v1beta/models/{model}:batchEmbedContents',
  upstreamPath: atUpstream('batchEmbedContents'),
  ...batchEmbed,
}

/** Calls of countTokens, which are free. Source: https://ai.google.dev/api/tokens (2026-11-26). */
export const geminiCount: Protocol = {
  id: 'gemini-count',
  clientPath: '/v1beta/models/{model}:countTokens',
  upstreamPath: atUpstream('countTokens'),
  ...count,
  readReply: readCountReply,
  estimate: estimateCount,
  ...SHARED,
}
