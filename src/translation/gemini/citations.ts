import type { Json, JsonObject, ProtocolName } from '../call.ts'
import { isObject, objectIn, objectsIn, textIn, withoutUndefined } from '../json.ts'
import { urlCitationOf } from '../url-citation.ts'

/**
 * What an answer rests on, as citations: each source of a passage with the passage, sources of no passage by themselves, and what was
 * quoted at length. Source: https://ai.google.dev/gemini-api/docs/google-search#attributing-sources-with-inline-citations (2026-11-26).
 */
export function readCitations(candidate: JsonObject): readonly Json[] {
  const grounding = objectIn(candidate, 'groundingMetadata') ?? {}
  const chunks = objectsIn(grounding, 'groundingChunks')
  const used = new Set<JsonObject>()
  const passages = objectsIn(grounding, 'groundingSupports').flatMap((support) => {
    const sources = indicesOf(support).flatMap((index) => chunks.slice(index, index + 1))
    for (const source of sources) used.add(source)
    return sources.map((source) => withoutUndefined({ ...source, segment: objectIn(support, 'segment') }))
  })
  const quoted = objectIn(candidate, 'citationMetadata') ?? {}
  return [
    ...passages,
    ...chunks.filter((chunk) => !used.has(chunk)),
    ...objectsIn(quoted, 'citationSources'),
    ...objectsIn(quoted, 'citations'),
  ]
}

function indicesOf(support: JsonObject): readonly number[] {
  const indices = support['groundingChunkIndices']
  return Array.isArray(indices) ? indices.filter((index): index is number => typeof index === 'number' && index >= 0) : []
}

/** Gathers the citations of an answer, which are told at its end. */
export type CitationGatherer = { readonly add: (value: Json, origin: ProtocolName) => void; readonly members: () => JsonObject }

/** Most sources that are kept. */
const SOURCES_MAX = 1_000

/** A gatherer of one choice. Those of other protocols are pages, without the passage, which is counted in other characters there. */
export function citationGatherer(): CitationGatherer {
  const chunks: string[] = []
  const supports: JsonObject[] = []
  const quoted: JsonObject[] = []
  const indexOf = (chunk: JsonObject): number => {
    const text = JSON.stringify(chunk)
    const known = chunks.indexOf(text)
    return known < 0 ? chunks.push(text) - 1 : known
  }
  return {
    add: (value, origin) => {
      if (!isObject(value) || supports.length + quoted.length + chunks.length > SOURCES_MAX) return
      if (origin !== 'gemini') {
        const cited = urlCitationOf(value)
        if (cited !== undefined) indexOf({ web: { uri: cited.url, title: cited.title } })
      } else if (textIn(value, 'uri') !== undefined || value['startIndex'] !== undefined) quoted.push(value)
      else {
        const { segment, ...chunk } = value
        const index = indexOf(chunk)
        if (segment !== undefined) supports.push({ segment, groundingChunkIndices: [index] })
      }
    },
    members: () => ({
      ...(quoted.length === 0 ? {} : { citationMetadata: { citationSources: quoted } }),
      ...(chunks.length === 0
        ? {}
        : { groundingMetadata: { groundingChunks: chunks.map((text) => JSON.parse(text) as Json), groundingSupports: supports } }),
    }),
  }
}
