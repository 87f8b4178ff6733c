import { z } from '@hono/zod-openapi'
import { pageOf, pageQuery, time } from './fields.ts'

const serial = z.string().openapi({ example: '17', description: 'Counts accesses from 1 on' })

/** One access of an operator; `account_id` is null where it may have concerned every account, `hash` binds it to the one before. */
export const auditEntryShown = z
  .object({ serial, at: time, actor: z.string(), action: z.string(), account_id: z.string().nullable(), hash: z.string() })
  .openapi('AuditEntry')

/** A page of the audit log, newest first. */
export const auditPage = pageOf(auditEntryShown)

/** Which accesses: all, or those that showed something of an account. */
export const auditQuery = pageQuery.extend({ account_id: z.uuid('the id of an account').optional() })

/** Where the log ended when a UTC day was over, signed. */
export const checkpointShown = z.object({ day: z.string(), last_serial: serial, head: z.string(), jws: z.string() })

/** Published checkpoints, the newest day first; `next` is the day to ask for more before. */
export const checkpointPage = pageOf(checkpointShown)
