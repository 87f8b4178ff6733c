import { NO_USAGE, type Usage } from '../../spec/index.ts'
import { type EmbeddedMedia, embeddedClasses } from '../embedded-classes.ts'
import { readJsonReply, replyPlan } from '../json-reply.ts'
import type { ReplyReader } from '../protocol.ts'
import { type UsageFigures, type UsageObject, usageFigures } from '../usage-figures.ts'
import { modalityReader } from './usage.ts'

const NAMES = replyPlan({ names: { usage: 'usageMetadata', model: 'modelVersion', error: 'error', tier: 'serviceTier' } })

/**
 * A reader of vectors. Newer models tell `usageMetadata.promptTokenCount`, and what of it was no text; where a reply tells none, what it
 * cost is counted by us. Source: https://ai.google.dev/api/embeddings#EmbeddingUsageMetadata (2026-11-30).
 */
export function readEmbedReply(): ReplyReader {
  const figures = usageFigures()
  let told: Usage | undefined
  return readJsonReply(
    {
      add: (metadata: UsageObject) => {
        const prompt = figures.read(metadata, 'promptTokenCount', undefined)
        if (prompt !== undefined) told = { ...NO_USAGE, ...embeddedClasses(prompt, mediaOf(metadata, figures), figures) }
      },
      usage: () => told,
      isSuspect: figures.isSuspect,
      tierOf: () => undefined,
      serviceTier: () => undefined,
    },
    { plan: NAMES },
  )
}

/** What was embedded and is no text. The list has this name in replies to embedContent, and at Vertex that of all other replies. */
function mediaOf(metadata: UsageObject, figures: UsageFigures): EmbeddedMedia {
  const list = metadata['promptTokenDetails'] ?? metadata['promptTokensDetails']
  const sumOf = modalityReader(figures, Array.isArray(list) ? list : [])
  return { sound: sumOf('AUDIO'), pictures: sumOf('IMAGE') + sumOf('VIDEO') }
}
