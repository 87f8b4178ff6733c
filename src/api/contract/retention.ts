import { z } from '@hono/zod-openapi'
import { time } from './fields.ts'

const job = z
  .object({
    name: z.string(),
    state: z.enum(['running', 'waiting', 'failing', 'stopped']),
    every_seconds: z.number(),
    running_since: time.nullable(),
    ended_at: time.nullable(),
    next_at: time.nullable(),
    failed_at: time.nullable(),
    error_code: z.string().nullable().openapi({ description: 'The code of the last failure; never a text' }),
  })
  .openapi('Job')

/** What goes when: rules by table, days that are there with the day each is dropped, how late anything is, and how the jobs of this node do. */
export const retentionShown = z
  .object({
    late_seconds: z.int().openapi({ description: 'For how long something should have been deleted; 0 when nothing should' }),
    rules: z.array(z.object({ table: z.string(), days: z.int(), by: z.enum(['partition', 'rows']) })),
    days: z.array(z.object({ table: z.string(), day: z.string(), drops_on: z.string() })),
    jobs: z.array(job),
  })
  .openapi('Retention')

export type ShownJob = z.output<typeof job>
