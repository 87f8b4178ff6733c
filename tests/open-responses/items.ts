import { z } from 'zod'

const status = z.enum(['in_progress', 'completed', 'incomplete'])
const whole = z.int().nonnegative()

const citation = z.object({ type: z.literal('url_citation'), url: z.string(), title: z.string(), start_index: whole, end_index: whole })
const likely = z.object({ token: z.string(), logprob: z.number(), bytes: z.array(z.int()) })

/** How likely a token was, and which others were. */
export const logprobs = z.array(likely.extend({ top_logprobs: z.array(likely) }))

/** An annotation of a text. */
export const annotation = citation

/** A part of what a model made. Source: https://www.openresponses.org/specification (2026-11-26), version 2026-04-24. */
export const part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('output_text'), text: z.string(), annotations: z.array(annotation), logprobs: logprobs.optional() }),
  z.object({ type: z.literal('refusal'), refusal: z.string() }),
  z.object({ type: z.literal('reasoning_text'), text: z.string() }),
  z.object({ type: z.literal('summary_text'), text: z.string() }),
])

/** An item of the output. Source: as for part. */
export const item = z.discriminatedUnion('type', [
  z.object({
    ...{ type: z.literal('message'), id: z.string().min(1), status, role: z.literal('assistant'), content: z.array(part) },
    phase: z.enum(['commentary', 'final_answer']).optional(),
  }),
  z.object({
    ...{ type: z.literal('function_call'), id: z.string().min(1), status, call_id: z.string().min(1), name: z.string().min(1) },
    arguments: z.string(),
  }),
  z.object({
    ...{ type: z.literal('reasoning'), id: z.string().min(1), summary: z.array(part), content: z.array(part).optional() },
    encrypted_content: z.string().optional(),
  }),
])
