import { z } from '@hono/zod-openapi'
import { ERASURE_CAUSES, ERASURE_STATES, REQUEST_KINDS, REQUEST_STATES } from '../../privacy/index.ts'
import { pageOf, time, usd } from './fields.ts'

const KIND_EXPECTED = `one of ${REQUEST_KINDS.join(', ')}`
const kind = z.enum(REQUEST_KINDS, KIND_EXPECTED)
const email = z.string('one e-mail address such as name@example.com').min(3).max(254)

/** What somebody asks for who is not signed in. */
export const privacyAsked = z.strictObject({ email, kind })

/** What the operator writes down that somebody asked for. */
export const privacyRequestInput = z.strictObject({ account_id: z.string().max(64), kind }).openapi('NewPrivacyRequest')

/** How the operator ends a request. */
export const privacyRequestEnd = z.strictObject({ state: z.enum(['done', 'refused'], '"done" or "refused"') }).openapi('PrivacyRequestEnd')

/** A request; promised_at is when we want it done, due_at when the law does. */
export const privacyRequestShown = z
  .object({
    id: z.string(),
    account_id: z.string(),
    kind: z.enum(REQUEST_KINDS),
    channel: z.enum(['customer', 'operator']),
    state: z.enum(REQUEST_STATES),
    created_at: time,
    verified_at: time.nullable(),
    promised_at: time,
    due_at: time,
    ended_at: time.nullable(),
  })
  .openapi('PrivacyRequest')

/** A page of requests, the oldest first. */
export const privacyRequestPage = pageOf(privacyRequestShown)

const part = z.object({
  table: z.string(),
  columns: z.array(z.string()),
  category: z.string(),
  purpose: z.string(),
  purpose_zh: z.string(),
  rows: z.int().nullable(),
})
const kept = part.extend({ basis: z.string(), until: z.string() })

/** What an erasure takes, leaves and why until when, and how far it is; rows is null where nothing links them to a person. */
export const erasureShown = z
  .object({
    account_id: z.string(),
    state: z.enum(['none', ...ERASURE_STATES]),
    requested_at: time.nullable(),
    done_at: time.nullable(),
    gone_by: time.nullable(),
    left: usd,
    goes: z.array(part),
    stays: z.array(kept),
    expires: z.array(kept),
    holds: z.array(z.object({ category: z.string(), basis: z.string(), until: z.string() })),
  })
  .openapi('Erasure')

/** An erasure of the queue, with its clocks. */
export const queuedErasureShown = z
  .object({
    account_id: z.string(),
    state: z.enum(ERASURE_STATES),
    cause: z.enum(ERASURE_CAUSES),
    requested_at: time,
    locked_at: time.nullable(),
    shredded_at: time.nullable(),
    done_at: time.nullable(),
    gone_by: time,
    is_late: z.boolean(),
  })
  .openapi('QueuedErasure')

/** Those that are open, the oldest first, and those that were done lately. */
export const erasureQueue = z.object({ open: z.array(queuedErasureShown), done: z.array(queuedErasureShown) })

/** What begins an erasure: the e-mail of the account, so that no other is erased, and what is let go of what is left at most. */
export const erasureInput = z.strictObject({ email, give_up: usd.optional() }).openapi('NewErasure')

/** What begins an erasure by a mailed link. */
export const ownErasureInput = z.strictObject({ give_up: usd.optional() })

/** What begins an erasure by whoever is signed in: the account's e-mail, or its id where it has none, so that nobody does it by mistake. */
export const sessionErasureInput = z.strictObject({
  confirm: z.string('the e-mail or id of the account').min(3).max(254),
  give_up: usd.optional(),
})

/** Whose address is to be corrected to what. */
export const emailInput = z.strictObject({ email }).openapi('NewEmail')

/** All that is held about an account, column by column, with what for in both languages; value is null where there is none to show. */
export const accessShown = z
  .object({
    account_id: z.string(),
    content: z.string(),
    content_zh: z.string(),
    proof: z.string(),
    held: z.array(
      z.object({
        table: z.string(),
        column: z.string(),
        category: z.string(),
        purpose: z.string(),
        purpose_zh: z.string(),
        basis: z.string(),
        retention: z.string(),
        erase: z.string(),
        is_exported: z.boolean(),
        rows: z.int().nullable(),
        value: z.unknown(),
      }),
    ),
  })
  .openapi('Access')

export type ShownErasureBody = z.output<typeof erasureShown>
export type ShownPrivacyRequest = z.output<typeof privacyRequestShown>
export type PrivacyRequestPage = z.output<typeof privacyRequestPage>
export type ShownAccess = z.output<typeof accessShown>
