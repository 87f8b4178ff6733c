import { NO_USAGE, type Usage } from '../../spec/index.ts'
import { readJsonReply, replyPlan } from '../json-reply.ts'
import type { ReplyReader } from '../protocol.ts'
import { type UsageObject, usageFigures } from '../usage-figures.ts'

const NAMES = replyPlan({ names: { usage: 'usageMetadata', model: 'modelVersion', error: 'error', tier: 'serviceTier' } })

/**
 * A reader of vectors. Newer models tell `usageMetadata.promptTokenCount`; where a reply tells none, what it cost is counted by us.
 * Source: https://ai.google.dev/api/embeddings (2026-11-26).
 */
export function readEmbedReply(): ReplyReader {
  const figures = usageFigures()
  let prompt: number | undefined
  return readJsonReply(
    {
      add: (told: UsageObject) => {
        prompt = figures.read(told, 'promptTokenCount', prompt)
      },
      usage: (): Usage | undefined => (prompt === undefined ? undefined : { ...NO_USAGE, embedding: prompt }),
      isSuspect: figures.isSuspect,
      tierOf: () => undefined,
      serviceTier: () => undefined,
    },
    { plan: NAMES },
  )
}
