import type { CacheMark, CanonicalCall, JsonObject, Part } from '../call.ts'
import type { Losses } from '../loss.ts'
import { type Fields, objectOf } from '../request-fields.ts'

/**
 * Where a cache may end: OpenAI's breakpoints, and Anthropic's marks, which other gateways take in this protocol too.
 * Source: https://platform.openai.com/docs/guides/prompt-caching (2026-11).
 */
export function readCacheMark(fields: Fields): { readonly cache?: CacheMark } {
  const mark = objectOf(fields, 'prompt_cache_breakpoint') ?? objectOf(fields, 'cache_control')
  return mark === undefined ? {} : { cache: { ttl: mark.object['ttl'] === '1h' ? '1h' : '5m' } }
}

/** What a mark is written for: the call, and where the part stood in the client's request. */
export type MarkPlace = { readonly call: Pick<CanonicalCall, 'protocol'>; readonly place: string; readonly losses: Losses }

/** A cache's end, where the client marked it in OpenAI's words; elsewhere prompts are cached unasked, and the mark is a loss. */
export function writeCacheMark(part: Part, { call, place, losses }: MarkPlace): JsonObject {
  const cache = 'cache' in part ? part.cache : undefined
  if (cache === undefined) return {}
  if (isOpenai(call) && cache.ttl === '5m') return { prompt_cache_breakpoint: { mode: 'explicit' } }
  losses.note(`${place}.cache_control`)
  return {}
}

/** Whether a call came in one of OpenAI's protocols, so that ids of files and marks mean something to its upstreams. */
export const isOpenai = ({ protocol }: Pick<CanonicalCall, 'protocol'>): boolean =>
  protocol === 'openai-chat' || protocol === 'openai-responses'
