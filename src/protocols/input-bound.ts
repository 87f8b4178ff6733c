/** What a prompt can cost in tokens at most, beyond one token per byte of its JSON. */
export const ENVELOPE_TOKENS_MAX = 32
/** The hidden prompt that providers add when tools are given. */
export const TOOL_PROMPT_TOKENS_MAX = 1_024
/** One image, at the dearest resolution of any provider. */
export const IMAGE_TOKENS_MAX = 20_000
/** What has no bound but the model's context: files, audio, video, tools that the provider runs. Whoever holds cuts it to the context. */
export const UNBOUNDED_TOKENS = 10_000_000

/** What of a request costs more than its bytes. */
export type Extras = { readonly hasTools: boolean; readonly images: number; readonly isUnbounded: boolean; readonly others: number }

/** Upper bound of the tokens of a prompt: byte-level vocabularies never make more than one token of a byte. */
export function inputBound(bodyLength: number, { hasTools, images, isUnbounded, others }: Extras): number {
  const tools = hasTools ? TOOL_PROMPT_TOKENS_MAX : 0
  const unbounded = isUnbounded ? UNBOUNDED_TOKENS : 0
  return bodyLength + ENVELOPE_TOKENS_MAX + tools + images * IMAGE_TOKENS_MAX + unbounded + others
}
