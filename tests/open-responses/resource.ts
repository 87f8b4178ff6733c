import { z } from 'zod'
import { item } from './items.ts'

const count = z.int().nonnegative()
const object = z.record(z.string(), z.json())

const tool = z.object({
  ...{ type: z.literal('function'), name: z.string(), description: z.string().nullable() },
  ...{ parameters: object.nullable(), strict: z.boolean().nullable() },
})
const choice = z.enum(['none', 'auto', 'required'])
const named = z.object({ type: z.literal('function'), name: z.string().optional() })
const allowed = z.object({ type: z.literal('allowed_tools'), tools: z.array(named), mode: choice })

const usage = z
  .object({
    ...{ input_tokens: count, output_tokens: count, total_tokens: count },
    ...{ input_tokens_details: z.object({ cached_tokens: count }), output_tokens_details: z.object({ reasoning_tokens: count }) },
  })
  .refine((told) => told.total_tokens === told.input_tokens + told.output_tokens, 'the total is not the sum')

const format = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({ type: z.literal('json_schema'), name: z.string(), description: z.string().nullable(), strict: z.boolean() }),
])

/** A response with all its required members. Source: https://www.openresponses.org/specification (2026-11-26), version 2026-04-24. */
export const resource = z.object({
  ...{ id: z.string().min(1), object: z.literal('response'), created_at: count, completed_at: count.nullable() },
  ...{ status: z.enum(['queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled']), model: z.string().min(1) },
  incomplete_details: z.object({ reason: z.string() }).nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  ...{ previous_response_id: z.string().nullable(), instructions: z.string().nullable(), output: z.array(item) },
  ...{ tools: z.array(tool), tool_choice: z.union([choice, named, allowed]), truncation: z.enum(['auto', 'disabled']) },
  text: z.object({ format, verbosity: z.enum(['low', 'medium', 'high']).optional() }),
  ...{ parallel_tool_calls: z.boolean(), temperature: z.number(), top_p: z.number(), top_logprobs: count },
  ...{ presence_penalty: z.number(), frequency_penalty: z.number() },
  reasoning: z.object({ effort: z.string().nullable(), summary: z.string().nullable() }).nullable(),
  usage: usage.nullable(),
  ...{ max_output_tokens: count.nullable(), max_tool_calls: count.nullable(), store: z.boolean(), background: z.boolean() },
  ...{ service_tier: z.string(), metadata: object, safety_identifier: z.string().nullable(), prompt_cache_key: z.string().nullable() },
})

/** A response. */
export type Resource = z.infer<typeof resource>
