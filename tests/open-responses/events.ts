import { z } from 'zod'
import { annotation, item, logprobs, part } from './items.ts'
import { resource } from './resource.ts'

const index = z.int().nonnegative()
const named = <Type extends string>(type: Type) => z.object({ type: z.literal(type), sequence_number: index })
const standing = <Type extends string>(type: Type) => named(type).extend({ response: resource })
const itemEvent = <Type extends string>(type: Type) => named(type).extend({ output_index: index, item })
const inside = <Type extends string>(type: Type) => named(type).extend({ item_id: z.string(), output_index: index })
const ofContent = <Type extends string>(type: Type) => inside(type).extend({ content_index: index })
const ofSummary = <Type extends string>(type: Type) => inside(type).extend({ summary_index: index })

/**
 * An event of a stream. Source: https://www.openresponses.org/specification (2026-11-26), version 2026-04-24; thoughts that are no summary
 * have OpenAI's names of events (https://platform.openai.com/docs/api-reference/responses-streaming, 2026-11-26), which clients know.
 */
export const event = z.discriminatedUnion('type', [
  standing('response.created'),
  standing('response.queued'),
  standing('response.in_progress'),
  standing('response.completed'),
  standing('response.incomplete'),
  standing('response.failed'),
  itemEvent('response.output_item.added'),
  itemEvent('response.output_item.done'),
  ofContent('response.content_part.added').extend({ part }),
  ofContent('response.content_part.done').extend({ part }),
  ofContent('response.output_text.delta').extend({ delta: z.string(), logprobs: logprobs.optional() }),
  ofContent('response.output_text.done').extend({ text: z.string(), logprobs: logprobs.optional() }),
  ofContent('response.output_text.annotation.added').extend({ annotation_index: index, annotation }),
  ofContent('response.refusal.delta').extend({ delta: z.string() }),
  ofContent('response.refusal.done').extend({ refusal: z.string() }),
  ofContent('response.reasoning_text.delta').extend({ delta: z.string() }),
  ofContent('response.reasoning_text.done').extend({ text: z.string() }),
  ofSummary('response.reasoning_summary_part.added').extend({ part }),
  ofSummary('response.reasoning_summary_part.done').extend({ part }),
  ofSummary('response.reasoning_summary_text.delta').extend({ delta: z.string() }),
  ofSummary('response.reasoning_summary_text.done').extend({ text: z.string() }),
  inside('response.function_call_arguments.delta').extend({ delta: z.string() }),
  inside('response.function_call_arguments.done').extend({ arguments: z.string() }),
])

/** Such an event. */
export type StreamEvent = z.infer<typeof event>
