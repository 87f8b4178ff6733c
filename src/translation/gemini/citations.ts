import { readJson } from '../../lib/index.ts'
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
  const { passages, used } = readPassages(objectsIn(grounding, 'groundingSupports'), chunks)
  const quoted = objectIn(candidate, 'citationMetadata') ?? {}
  return [
    ...passages,
    ...chunks.filter((chunk) => !used.has(chunk)),
    ...objectsIn(quoted, 'citationSources'),
    ...objectsIn(quoted, 'citations'),
  ]
}

/** Most characters of JSON that passages and their sources come to: each source is told with each of its passages, and both may be many and large. */
const PASSAGES_LENGTH_MAX = 1_048_576
/** What the smallest passage takes. */
const PASSAGE_LENGTH_MIN = 200

/** Each source of each passage, and which sources those are; those that would be too much with their passages are not among them. */
function readPassages(supports: readonly JsonObject[], chunks: readonly JsonObject[]) {
  const passages: Json[] = []
  const used = new Map<JsonObject, number>()
  let left = PASSAGES_LENGTH_MAX
  const cite = (source: JsonObject, segment: JsonObject | undefined, segmentLength: number): void => {
    const length = used.get(source) ?? JSON.stringify(source).length
    left -= PASSAGE_LENGTH_MIN + length + segmentLength
    if (left < 0) return
    used.set(source, length)
    passages.push(withoutUndefined({ ...source, segment }))
  }
  for (const support of supports) {
    const segment = objectIn(support, 'segment')
    const segmentLength = JSON.stringify(segment)?.length ?? 0
    for (const index of indicesOf(support)) {
      const source = left > 0 ? chunks[index] : undefined
      if (source !== undefined) cite(source, segment, segmentLength)
    }
  }
  return { passages, used }
}

function indicesOf(support: JsonObject): readonly number[] {
  const indices = support['groundingChunkIndices']
  return Array.isArray(indices) ? indices.filter((index): index is number => typeof index === 'number') : []
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
        : { groundingMetadata: { groundingChunks: chunks.map((text) => readJson(text) as Json), groundingSupports: supports } }),
    }),
  }
}
