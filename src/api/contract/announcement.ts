import { z } from '@hono/zod-openapi'
import { ANNOUNCEMENT_AUDIENCES } from '../../notify/index.ts'
import { LANGUAGES } from '../../spec/index.ts'
import { ownWords, pageOf, time } from './fields.ts'

const TOPIC_EXPECTED = 'announcements, incidents or models'
const topic = z.enum(['announcements', 'incidents', 'models'], TOPIC_EXPECTED)

const moment = z.iso.datetime({ offset: true, error: 'a time such as 2027-01-31T00:00:00Z' })

/** What the house has to tell, in both languages: a title, and up to 500 characters in one line; `publish_at` is when it goes out, without it at once. Topic models is for a model that ends. */
export const announcementInput = z
  .strictObject({
    topic,
    audience: z.enum(ANNOUNCEMENT_AUDIENCES, 'all or model_users').prefault('all'),
    model: z.string().min(1).max(200).optional(),
    effective_at: moment.optional(),
    title: z.strictObject({ en: ownWords(200), zh: ownWords(200) }),
    text: z.strictObject({ en: ownWords(500), zh: ownWords(500) }),
    publish_at: moment.optional(),
  })
  .openapi('NewAnnouncement')

/** An announcement as everybody sees it. */
export const announcementShown = z
  .object({
    ...{ id: z.string(), topic, model: z.string().nullable(), effective_at: time.nullable() },
    title: z.object({ en: z.string(), zh: z.string() }),
    text: z.object({ en: z.string(), zh: z.string() }),
    created_at: time,
  })
  .openapi('Announcement')

/** A page of announcements, newest first. */
export const announcementPage = pageOf(announcementShown)

/** An announcement as operators see it: also one that is to come or was taken back. */
export const announcementKept = announcementShown
  .extend({ state: z.enum(['scheduled', 'published', 'withdrawn']), publish_at: time, withdrawn_at: time.nullable() })
  .openapi('KeptAnnouncement')

/** A page of them, the latest first. */
export const announcementKeptPage = pageOf(announcementKept)

/** A letter that the house writes, without its words. */
export const letterList = z.object({
  data: z.array(
    z.object({
      key: z.string(),
      class: z.enum(['critical', 'optional']),
      topic: z.string().nullable(),
      fields: z.array(z.string()),
    }),
  ),
})

const language = z.enum(LANGUAGES, `one of ${LANGUAGES.join(', ')}`)

/** In which language a letter is shown, and whether its fields are filled as if it were about somebody. */
export const letterQuery = z.strictObject({
  lang: language.prefault('en'),
  filled: z.enum(['yes', 'no'], 'yes or no').prefault('no'),
})

/** A letter to see how it arrives; without `to` it goes to the operator's own address. */
export const letterTestInput = z
  .strictObject({ lang: language.prefault('en'), to: z.string().min(3).max(254).optional() })
  .openapi('LetterTest')

/** That it was taken. */
export const letterTested = z.object({ key: z.string(), sent: z.literal(true) })

/** A letter as it would be sent, with its fields in braces or filled. */
export const letterPreview = z
  .object({ key: z.string(), language: z.enum(LANGUAGES), subject: z.string(), text: z.string(), html: z.string() })
  .openapi('LetterPreview')
