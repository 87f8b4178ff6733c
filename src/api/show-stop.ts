import type { KeyStop } from '../keys/index.ts'

/** What an operator did to a key, as both sides see it; null for nothing. */
export const showStop = (stop: KeyStop | undefined) =>
  stop === undefined ? null : { act: stop.act, reason: stop.reason, note: stop.note ?? null, since: stop.since.toISOString() }
