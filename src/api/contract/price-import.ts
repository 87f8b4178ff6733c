import { z } from '@hono/zod-openapi'
import { PRICE_LIST_FORMATS, SOURCES } from '../../catalog/index.ts'
import { time } from './fields.ts'
import { priceShown } from './price.ts'

const LIST_CHARACTERS_MAX = 16 * 1024 * 1024
const REASON_EXPECTED = 'a text of 1 to 500 characters'

/** A price list to compare with the catalogue; without `text` what upstreams ask, times `multiplier`. Nothing is written unless `apply` says so. */
export const priceImportInput = z
  .strictObject({
    text: z.string('the text of a price list').max(LIST_CHARACTERS_MAX, 'a text of at most 16 MiB').optional(),
    format: z.enum(PRICE_LIST_FORMATS, `one of ${PRICE_LIST_FORMATS.join(', ')}`).optional(),
    multiplier: z.string('a decimal string').max(40, 'a decimal above 0 and up to 1000, such as 1.2').prefault('1'),
    only: z.string('a pattern with * and ?').min(1, 'a pattern with * and ?').max(100, 'a pattern of at most 100 characters').optional(),
    effective_at: z.iso.datetime({ offset: true, error: 'a time such as 2026-12-01T00:00:00Z' }).optional(),
    shorter_notice_reason: z.string(REASON_EXPECTED).trim().min(1, REASON_EXPECTED).max(500, REASON_EXPECTED).optional(),
    apply: z.boolean('true or false').prefault(false),
  })
  .openapi('PriceImportInput')

/** What a list changes, by model: `holds_from` is null for now; what rises for customers waits until they have had their notice. */
export const priceImportShown = z
  .object({
    format: z.enum([...PRICE_LIST_FORMATS, 'official']),
    applied: z.boolean(),
    notice_days: z.int(),
    changes: z.array(
      z.object({
        model: z.string(),
        listed: z.string(),
        action: z.enum(['added', 'changed', 'unchanged', 'skipped', 'refused']),
        old: priceShown.nullable(),
        new: priceShown.nullable(),
        reason: z.string().nullable(),
        is_rise: z.boolean(),
        holds_from: time.nullable(),
      }),
    ),
  })
  .openapi('PriceImport')

const scheduled = {
  id: z.int().openapi({ description: 'the number of the price version, or of the change of the plan' }),
  name: z.string(),
  effective_at: time,
  created_at: time,
  notice_days: z.int(),
  is_rise: z.boolean(),
  source: z.enum(SOURCES),
}

/** Changes of what customers pay that are to come, by their time. */
export const scheduledList = z.object({
  data: z.array(
    z.discriminatedUnion('noun', [
      z.object({ noun: z.literal('model'), ...scheduled, before: priceShown.nullable(), after: priceShown }),
      z.object({ noun: z.literal('plan'), ...scheduled, before: z.string(), after: z.string() }),
    ]),
  ),
})

/** A change of a plan in a path. */
export const planChangeParameter = z.object({
  id: z.string().min(1).max(64),
  change: z
    .string()
    .regex(/^\d{1,9}$/, 'the number of a change')
    .transform(Number)
    .openapi({ type: 'integer' }),
})
