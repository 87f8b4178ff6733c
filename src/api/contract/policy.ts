import { z } from '@hono/zod-openapi'
import { CHANGE_KINDS, CLAUSE_STATES, CONTACT_KINDS, DATA_FORMATS, PROFILES, WITHHELD_STATES } from '../../privacy/index.ts'
import { time } from './fields.ts'
import { holdShown } from './upstream.ts'

/** Forms that the privacy policy, and what is made of the same inventory, can be had in. */
export const POLICY_FORMATS = ['html', 'md', ...DATA_FORMATS] as const
export type PolicyFormat = (typeof POLICY_FORMATS)[number]

/** What is asked for. */
export const policyQuery = z.object({ format: z.enum(POLICY_FORMATS).prefault('md') })

/** One of these forms, as a text. */
export const policyShown = z.object({ format: z.enum(POLICY_FORMATS), text: z.string() })

/** A sentence that is printed; `text_zh` is null where there is no Chinese. */
const sentence = z.object({ text: z.string(), text_zh: z.string().nullable(), clauses: z.array(z.string()) })

const change = z.object({
  kind: z.enum(CHANGE_KINDS),
  of: z.string(),
  of_zh: z.string(),
  is_significant: z.boolean(),
  before: z.string().nullable(),
  after: z.string().nullable(),
})

const version = z.object({
  number: z.int(),
  hash: z.string(),
  published_at: time,
  effective_at: time,
  is_significant: z.boolean(),
  is_in_force: z.boolean(),
  changes: z.array(change),
})

const check = z.object({
  id: z.string(),
  state: z.enum(CLAUSE_STATES),
  /** Of the last run; null where there is none. */
  at: time.nullable(),
  n: z.number().nullable(),
  failures: z.number().nullable(),
  not_run: z.string().nullable(),
})

const clause = z.object({
  id: z.string(),
  topics: z.array(z.string()),
  topics_zh: z.array(z.string()),
  state: z.enum(CLAUSE_STATES),
  is_of_profile: z.boolean(),
  checks: z.array(check),
})

/** How the policy stands: its settings, its versions, who is held, whom it still has to be told, and each clause with what shows it. */
export const policyStateShown = z
  .object({
    profile: z.enum(PROFILES),
    service: z.string(),
    operator: z.string().nullable(),
    contacts: z.array(z.object({ kind: z.enum(CONTACT_KINDS), value: z.string() })),
    notice_days: z.int(),
    /** Letters about a version to come that were not taken yet; they wait where no mail is connected. */
    letters_waiting: z.int(),
    has_mail: z.boolean(),
    versions: z.array(version),
    held: z.array(holdShown),
    sections: z.array(z.object({ title: z.string(), title_zh: z.string(), sentences: z.array(sentence) })),
    withheld: z.array(
      z.object({
        ...{ topic: z.string(), topic_zh: z.string(), state: z.enum(WITHHELD_STATES), why: z.string(), why_zh: z.string() },
        clauses: z.array(z.string()),
      }),
    ),
    clauses: z.array(clause),
    attestation_faults: z.array(z.object({ file: z.string(), reason: z.string() })),
  })
  .openapi('PolicyState')

/** A version as it was printed, in Markdown. */
export const policyVersionShown = z.object({ number: z.int(), text: z.string() }).openapi('PolicyVersion')
