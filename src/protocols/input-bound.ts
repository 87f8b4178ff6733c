/** What a prompt can cost in tokens at most, beyond one token per byte of its JSON. */
export const ENVELOPE_TOKENS_MAX = 32
/** The hidden prompt that providers add when tools are given. */
export const TOOL_PROMPT_TOKENS_MAX = 1_024
/** What has no bound but the model's context: files, sound, video, tools that the provider runs. Whoever holds cuts it to the context. */
export const UNBOUNDED_TOKENS = 100_000_000

/** What of a request costs other than its bytes. `mediaBytes`: those of pictures within it, which are not read as text. */
export type Extras = { readonly hasTools: boolean; readonly mediaBytes: number; readonly isUnbounded: boolean; readonly others: number }

/**
 * Upper bound of the tokens of a prompt, by its length in the shortest spelling of its JSON. Byte-level vocabularies never make more than
 * one token of a byte, and upstreams read the JSON's meaning, so that of its spellings the shortest binds.
 */
export function inputBound(shortestBytes: number, { hasTools, mediaBytes, isUnbounded, others }: Extras): number {
  const tools = hasTools ? TOOL_PROMPT_TOKENS_MAX : 0
  const unbounded = isUnbounded ? UNBOUNDED_TOKENS : 0
  return shortestBytes - mediaBytes + ENVELOPE_TOKENS_MAX + tools + unbounded + others
}
