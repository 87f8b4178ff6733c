import type { CacheMark, JsonObject } from '../call.ts'
import { type Fields, objectOf, wordOf } from '../request-fields.ts'

/** Where a cache may end. Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching (2026-11). */
export function readCacheControl(fields: Fields): { readonly cache?: CacheMark } {
  const mark = objectOf(fields, 'cache_control')
  return mark === undefined ? {} : { cache: { ttl: wordOf(mark, 'ttl', ['5m', '1h']) ?? '5m' } }
}

/** The member that marks where a cache may end; five minutes are what it means unsaid. */
export const cacheControl = ({ cache }: { readonly cache?: CacheMark }): JsonObject =>
  cache === undefined ? {} : { cache_control: { type: 'ephemeral', ...(cache.ttl === '1h' ? { ttl: '1h' } : {}) } }
