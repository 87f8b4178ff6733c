import { z } from '@hono/zod-openapi'
import { SUPPORT_STATES } from '../../support/index.ts'
import { manyWords, pageOf, time } from './fields.ts'

const WORDS_MAX = 4_000

/** What a customer asks of support, or is told. */
export const supportWords = z.strictObject({ text: manyWords(WORDS_MAX) }).openapi('SupportWords')

/** How a request is ended without an answer. */
export const supportEnd = z.strictObject({ state: z.literal('closed', '"closed"') }).openapi('SupportEnd')

/** A request without its words; promised_at is when we want it answered, due_at the last day. */
export const supportShown = z
  .object({
    id: z.string(),
    account_id: z.string(),
    state: z.enum(SUPPORT_STATES),
    created_at: time,
    promised_at: time,
    due_at: time,
    ended_at: time.nullable(),
  })
  .openapi('SupportRequest')

/** The same with its words; null where there are none, or none that can be read any more. */
export const supportWordsShown = supportShown
  .extend({ question: z.string().nullable(), answer: z.string().nullable() })
  .openapi('SupportCase')

/** A page of requests, the oldest first. */
export const supportPage = pageOf(supportShown)

export type ShownSupport = z.output<typeof supportShown>
export type ShownSupportWords = z.output<typeof supportWordsShown>
