import { type Sql, sql } from '../db/index.ts'
import { isoDate, isoTime, utcDayOf } from '../lib/index.ts'

/** How rows of a table are forgotten: with the partition of their day, or deleted by a role where they are older than a time; `isOld` is that condition. */
export type Forgetting =
  | { readonly by: 'partition' }
  | { readonly by: 'farebox_app' | 'farebox_ledger'; readonly isOld: (before: number) => Sql }

/** Days before the one of a time in milliseconds; a day is not old before all of it is. */
const day = (before: number): string => isoDate(utcDayOf(before))

/** How each table is forgotten whose rows are kept for some days. */
export const FORGETTING: Readonly<Record<string, Forgetting>> = {
  usage_event: { by: 'partition' },
  usage_key_day: { by: 'partition' },
  house_minute: { by: 'partition' },
  receipt_batch: { by: 'partition' },
  purged_usage: { by: 'partition' },
  purged_route: { by: 'partition' },
  purged_call: { by: 'farebox_ledger', isOld: (before) => sql`day < ${day(before)}::date` },
  // One without an end goes with its account.
  spend_window: {
    by: 'farebox_ledger',
    isOld: (before) => sql`ends_at < ${isoTime(before)}::timestamptz`,
  },
  idempotency: {
    by: 'farebox_app',
    isOld: (before) => sql`created_at < ${isoTime(before)}::timestamptz`,
  },
  stripe_event: {
    by: 'farebox_app',
    isOld: (before) => sql`done_at < ${isoTime(before)}::timestamptz`,
  },
  privacy_link: {
    by: 'farebox_app',
    isOld: (before) => sql`expires_at < ${isoTime(before)}::timestamptz + interval '24 hours'`,
  },
  support_request: {
    by: 'farebox_app',
    isOld: (before) => sql`ended_at < ${isoTime(before)}::timestamptz`,
  },
  sign_in_link: {
    by: 'farebox_app',
    isOld: (before) => sql`expires_at < ${isoTime(before)}::timestamptz + interval '24 hours'`,
  },
  account_invitation: {
    by: 'farebox_app',
    isOld: (before) => sql`expires_at < ${isoTime(before)}::timestamptz + interval '7 days'`,
  },
  sign_in_step: {
    by: 'farebox_app',
    isOld: (before) => sql`expires_at < ${isoTime(before)}::timestamptz + interval '24 hours'`,
  },
  sign_in_guess: { by: 'farebox_app', isOld: (before) => sql`last_at < ${isoTime(before)}::timestamptz` },
  sign_in_address: {
    by: 'farebox_app',
    isOld: (before) => sql`last_at < ${isoTime(before)}::timestamptz`,
  },
  // What was written in the first minute of a day is 24 hours old when the day is over, so all of it goes then.
  key_address: { by: 'farebox_app', isOld: (before) => sql`day <= ${day(before)}::date` },
  key_alarm: { by: 'farebox_app', isOld: (before) => sql`raised_at < ${isoTime(before)}::timestamptz` },
  sign_up_allowance: {
    by: 'farebox_app',
    isOld: (before) => sql`allowed_at < ${isoTime(before)}::timestamptz`,
  },
  signup_given: { by: 'farebox_app', isOld: (before) => sql`given_at < ${isoTime(before)}::timestamptz` },
  sign_in_session: {
    by: 'farebox_app',
    isOld: (before) => sql`created_at < ${isoTime(before)}::timestamptz`,
  },
  operator_invitation: {
    by: 'farebox_app',
    isOld: (before) => sql`expires_at < ${isoTime(before)}::timestamptz + interval '24 hours'`,
  },
  operator_step: {
    by: 'farebox_app',
    isOld: (before) => sql`expires_at < ${isoTime(before)}::timestamptz + interval '24 hours'`,
  },
  operator_session: {
    by: 'farebox_app',
    isOld: (before) => sql`created_at < ${isoTime(before)}::timestamptz`,
  },
  account_event: {
    by: 'farebox_app',
    isOld: (before) => sql`created_at < ${isoTime(before)}::timestamptz`,
  },
  webhook_delivery: {
    by: 'farebox_app',
    isOld: (before) => sql`created_at < ${isoTime(before)}::timestamptz`,
  },
  telegram_code: {
    by: 'farebox_app',
    isOld: (before) => sql`expires_at < ${isoTime(before)}::timestamptz + interval '24 hours'`,
  },
  reconciliation: { by: 'farebox_app', isOld: (before) => sql`day <= ${day(before)}::date` },
  reconciliation_item: { by: 'farebox_app', isOld: (before) => sql`day <= ${day(before)}::date` },
  rail_entry: { by: 'farebox_app', isOld: (before) => sql`day <= ${day(before)}::date` },
  rail_day: { by: 'farebox_app', isOld: (before) => sql`day <= ${day(before)}::date` },
}
