import type { ProtocolId } from '../protocols/index.ts'
import { gemini } from './gemini.ts'
import type { Provider } from './provider.ts'

/** What is spoken of a chat's model. Vectors of several contents at once are asked for in another shape there. */
const GENERATING: readonly ProtocolId[] = ['gemini', 'gemini-count']

/**
 * Google's own models at Google Cloud: requests and replies are those of the Gemini API, the path names project and region, and there is
 * no header for a key or of a tier. Of the models that make vectors only those after `gemini-embedding-001` have `embedContent`; the older
 * ones speak a shape of their own (`predict`) and are refused. How likely tokens were is told here alone. Sources:
 * https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference,
 * https://github.com/googleapis/js-genai/blob/main/src/_transformers.ts (tIsVertexEmbedContentModel) (2026-11-26),
 * https://github.com/vercel/ai/issues/5418 (how likely tokens were, 2026-11-30).
 */
export function vertexGemini(publishers: string, upstreamModel: string): Provider {
  const { usualTier: _, ...spoken } = gemini
  return {
    ...spoken,
    tellsLogprobs: true,
    speaks: () => spokenOf(upstreamModel),
    path: (protocol, call) => {
      const path = protocol.upstreamPath(call)
      return `${publishers}/google/models/${encodeURIComponent(call.model)}${path.slice(path.lastIndexOf(':'))}`
    },
    headers: () => ({}),
  }
}

function spokenOf(upstreamModel: string): readonly ProtocolId[] {
  if (!/embedding/.test(upstreamModel)) return GENERATING
  return upstreamModel.startsWith('gemini-') && upstreamModel !== 'gemini-embedding-001' ? ['gemini-embed'] : []
}
