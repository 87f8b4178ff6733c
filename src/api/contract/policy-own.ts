import { z } from '@hono/zod-openapi'
import { ATTESTED_CLAUSES, CHANGE_KINDS, CONTACT_KINDS, claimingWordsIn } from '../../privacy/index.ts'
import { ownWords, time } from './fields.ts'

/** Words of the policy: none that claims more than can be shown. */
const policyWords = (lengthMax: number) =>
  ownWords(lengthMax).refine((text) => claimingWordsIn(text).length === 0, {
    error: (issue) => `words that can be shown, without: ${claimingWordsIn(String(issue.input)).join(', ')}`,
  })

const both = (lengthMax: number) => z.strictObject({ en: policyWords(lengthMax), zh: policyWords(lengthMax) })

const contact = z
  .strictObject({ kind: z.enum(CONTACT_KINDS, `one of ${CONTACT_KINDS.join(', ')}`), value: policyWords(200) })
  .refine(({ kind, value }) => kind !== 'email' || /^[^\s@]+@[^\s@]+$/.test(value), { path: ['value'], error: 'an e-mail address' })
  .refine(({ kind, value }) => kind !== 'web' || URL.parse(value)?.protocol === 'https:', { path: ['value'], error: 'an https address' })

const day = z.iso.date('a day such as 2027-01-31')
const DOCUMENT_CHARACTERS_MAX = 699_052

const attestation = z
  .strictObject({
    clause: z.enum(ATTESTED_CLAUSES, `one of ${ATTESTED_CLAUSES.join(', ')}`),
    ...{ subject: policyWords(200), issuer: policyWords(200), scope: policyWords(400), issued: day, expires: day },
    document: z.string().regex(/^[\w][\w.-]{0,127}$/, 'the name of a file, of letters, digits, points and dashes'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits')
      .optional(),
    document_base64: z.base64('a document of at most 512 KiB').max(DOCUMENT_CHARACTERS_MAX, 'a document of at most 512 KiB').optional(),
  })
  .refine(({ issued, expires }) => issued < expires, { path: ['expires'], error: 'a day after the one it was issued on' })

/** What operators write of the policy, all of it; `revision` is what it was written on top of. A new document comes with its attestation. */
export const ownPolicyInput = z
  .strictObject({
    revision: z.int('the number of the revision that was read').min(0),
    operator: policyWords(200).nullable(),
    operator_zh: policyWords(200).nullable(),
    contacts: z.array(contact).max(10, 'at most 10 contacts'),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, 'a code of two letters such as IE')
      .nullable(),
    law: both(200).nullable(),
    paragraphs: z
      .array(both(2000).extend({ id: z.int('a number').min(1).max(1_000_000) }))
      .max(20, 'at most 20 paragraphs')
      .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, { error: 'paragraphs with numbers of their own' }),
    attestations: z
      .array(attestation)
      .max(ATTESTED_CLAUSES.length, 'one for each clause')
      .refine((list) => new Set(list.map(({ clause }) => clause)).size === list.length, { error: 'one for each clause' }),
  })
  .openapi('OwnPolicyInput')

const wordsShown = z.object({
  operator: z.string().nullable(),
  operator_zh: z.string().nullable(),
  contacts: z.array(z.object({ kind: z.enum(CONTACT_KINDS), value: z.string() })),
  country: z.string().nullable(),
  law: z.object({ en: z.string(), zh: z.string() }).nullable(),
  paragraphs: z.array(z.object({ id: z.int(), en: z.string(), zh: z.string() })),
  attestations: z.array(
    z.object({
      clause: z.enum(ATTESTED_CLAUSES),
      ...{ subject: z.string(), issuer: z.string(), scope: z.string(), issued: z.string(), expires: z.string() },
      ...{ document: z.string(), sha256: z.string() },
    }),
  ),
})

/** What operators wrote; `set_by_file` are fields that are the file's, with what holds of them in `in_use`; who wrote what, the newest first. */
export const ownPolicyShown = z
  .object({
    revision: z.int(),
    words: wordsShown,
    set_by_file: z.array(z.enum(['operator', 'contacts'])),
    in_use: z.object({
      operator: z.string().nullable(),
      contacts: z.array(z.object({ kind: z.enum(CONTACT_KINDS), value: z.string() })),
      attestations: z.array(z.object({ clause: z.string(), file: z.string(), subject: z.string(), expires: z.string() })),
    }),
    revisions: z.array(z.object({ revision: z.int(), saved_by: z.string(), saved_at: time })),
  })
  .openapi('OwnPolicy')

/** What publishing would change: `version` is null where nothing does; sentences with clauses that appear or go, and why. */
export const ownPolicyPreview = z
  .object({
    version: z.object({ number: z.int(), is_significant: z.boolean(), effective_at: time }).nullable(),
    notice_days: z.int(),
    changes: z.array(
      z.object({
        kind: z.enum(CHANGE_KINDS),
        of: z.string(),
        of_zh: z.string(),
        is_significant: z.boolean(),
        before: z.string().nullable(),
        after: z.string().nullable(),
        before_zh: z.string().nullable(),
        after_zh: z.string().nullable(),
      }),
    ),
    moves: z.array(
      z.object({
        how: z.enum(['appears', 'vanishes', 'stays out']),
        topic: z.string(),
        topic_zh: z.string(),
        clauses: z.array(z.string()),
        why: z.string(),
        why_zh: z.string(),
      }),
    ),
  })
  .openapi('OwnPolicyPreview')
