import { z } from '@hono/zod-openapi'
import { INCIDENT_STATES } from '../../status/index.ts'
import { ownWords, time } from './fields.ts'

const moment = z.iso.datetime({ error: 'a time such as 2026-11-21T12:00:00Z', offset: true })

/** Work on the service, to be announced. */
export const maintenanceInput = z.strictObject({ title: ownWords(200), starts_at: moment, ends_at: moment }).openapi('NewMaintenance')

/** Announced work; `is_excluded`: it was announced a day ahead, so that its minutes do not count against the service. */
export const maintenanceShown = z
  .object({
    id: z.string(),
    title: z.string(),
    starts_at: time,
    ends_at: time,
    announced_at: time,
    cancelled_at: time.nullable(),
    is_excluded: z.boolean(),
  })
  .openapi('Maintenance')

/** All of it, the first to begin first. */
export const maintenanceList = z.object({ data: z.array(maintenanceShown) })

/** What a check from outside found from one time to another. */
export const outsideCheckInput = z.strictObject({ from: moment, to: moment, up: z.boolean('true or false') }).openapi('OutsideCheck')

/** How many minutes that is. */
export const outsideCheckTaken = z.object({ minutes: z.int() })

const state = z.enum(INCIDENT_STATES, `one of ${INCIDENT_STATES.join(', ')}`)
const both = (lengthMax: number) => z.strictObject({ en: ownWords(lengthMax), zh: ownWords(lengthMax) })
const bothShown = z.object({ en: z.string(), zh: z.string() })
const TELL = 'true or false'

/** What is wrong, in both languages, and what is said of it first; `tell` sends it to those who want to hear of incidents. */
export const incidentInput = z
  .strictObject({
    title: both(200),
    text: both(500),
    state: state.exclude(['resolved'], 'investigating, identified or watching').prefault('investigating'),
    model: z.string().min(1).max(200).optional(),
    began_at: moment.optional(),
    tell: z.boolean(TELL).prefault(true),
  })
  .openapi('NewIncident')

/** What is said of an incident next; `resolved` ends it. */
export const incidentNoteInput = z
  .strictObject({ state, text: both(500), tell: z.boolean(TELL).prefault(false) })
  .openapi('NewIncidentNote')

/** An incident with its course, the newest note first; `ended_at` null: it goes on. */
export const incidentShown = z
  .object({
    id: z.string(),
    title: bothShown,
    model: z.string().nullable(),
    began_at: time,
    ended_at: time.nullable(),
    notes: z.array(z.object({ id: z.string(), state, text: bothShown, created_at: time })),
  })
  .openapi('Incident')

/** Those that go on first, then the latest. */
export const incidentList = z.object({ data: z.array(incidentShown) })

/** How the service does: over the last 30 days, and month by month as it was judged. `uptime` is a part of 1, null where nothing was counted. */
export const statusShown = z
  .object({
    status: z.enum(['up', 'down', 'maintenance']),
    checked_at: time,
    window_days: z.int(),
    uptime: z.string().nullable(),
    minutes: z.object({ up: z.int(), counted: z.int(), excluded: z.int() }),
    models: z.array(z.object({ id: z.string(), uptime: z.string().nullable() })),
    maintenance: z.array(maintenanceShown),
    incidents: z.array(incidentShown),
    months: z.array(
      z.object({ month: z.string(), uptime: z.string().nullable(), target: z.string(), missed: z.boolean(), minutes_counted: z.int() }),
    ),
  })
  .openapi('Status')
