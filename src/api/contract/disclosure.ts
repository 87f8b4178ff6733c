import { z } from '@hono/zod-openapi'
import { DISCLOSURE_KINDS, DISCLOSURE_OUTCOMES } from '../../audit/index.ts'
import { isUtcDay } from '../../lib/index.ts'

/** What an authority asked for and got, as the operator notes it. */
export const disclosureInput = z
  .strictObject({
    received_on: z.iso.date({ error: 'a day such as 2026-11-21' }).refine(isUtcDay, 'a day such as 2026-11-21'),
    country: z.string().regex(/^[A-Z]{2}$/, 'a country by its two letters, such as DE'),
    kind: z.enum(DISCLOSURE_KINDS, `one of ${DISCLOSURE_KINDS.join(', ')}`),
    outcome: z.enum(DISCLOSURE_OUTCOMES, `one of ${DISCLOSURE_OUTCOMES.join(', ')}`),
    accounts: z
      .int('a whole number from 0 to 1000000')
      .min(0, 'a whole number from 0 to 1000000')
      .max(1_000_000, 'a whole number from 0 to 1000000'),
  })
  .openapi('NewDisclosure')

/** The same, noted. */
export const disclosureShown = disclosureInput.extend({ id: z.string() }).openapi('Disclosure')

/** All of them, the newest first. */
export const disclosureList = z.object({ data: z.array(disclosureShown) })

/** What operators did, by month, and how many signed checkpoints of their log are public. */
export const transparencyShown = z
  .object({
    months: z.array(z.object({ month: z.string(), looks: z.int(), changes: z.int(), accounts: z.int() })),
    checkpoints: z.int(),
  })
  .openapi('Transparency')
