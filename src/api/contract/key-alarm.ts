import { z } from '@hono/zod-openapi'
import { ALARM_KINDS } from '../../abuse/index.ts'
import { time, usd } from './fields.ts'

/** Whether a key rests, and since when it calls again. */
export const keyResumed = z.object({ id: z.string(), is_active: z.literal(true), resumed_at: time.nullable() }).openapi('ResumedKey')

/** A key that was found in public, as it was found: revoked, and when. */
export const leakedKeyInput = z.strictObject({ key: z.string().trim().min(1).max(512) }).openapi('LeakedKeyReport')

/** A key that works no more since it was found in public; `is_new` is false where that was known. */
export const leakedKeyShown = z
  .object({ id: z.string(), account_id: z.string(), revoked_at: time, is_new: z.boolean() })
  .openapi('LeakedKey')

/** An alarm over a key: what it spent within five minutes, or from how many addresses it was used in a day; `leaked` has neither. */
export const keyAlarmShown = z
  .object({
    id: z.string(),
    account_id: z.string(),
    key_id: z.string(),
    kind: z.enum(ALARM_KINDS),
    amount: usd.nullable(),
    addresses: z.int().nullable(),
    is_paused: z.boolean(),
    raised_at: time,
    key_hint: z.string(),
    key_state: z.enum(['active', 'paused', 'revoked']),
  })
  .openapi('KeyAlarm')

/** The last alarms. */
export const keyAlarmList = z.object({ data: z.array(keyAlarmShown) }).openapi('KeyAlarms')

/** Who may open one account although the rule of one account each refuses it; nobody is told whether there is one. */
export const signUpAllowanceInput = z.strictObject({ email: z.string().min(3).max(254) }).openapi('NewSignUpAllowance')

/** How many may. */
export const signUpAllowanceCount = z.object({ open: z.int() }).openapi('SignUpAllowances')

/** That they may, and until when. */
export const signUpAllowanceShown = z.object({ allowed_until: time }).openapi('SignUpAllowance')
