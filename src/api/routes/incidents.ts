import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Database } from '../../db/index.ts'
import { publishAnnouncement } from '../../notify/index.ts'
import { type Incident, listIncidents, noteIncident, openIncident } from '../../status/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  idParameter,
  incidentInput,
  incidentList,
  incidentNoteInput,
  incidentShown,
  json,
  jsonBody,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { showIncident } from '../show-incident.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'ids' | 'clock'>

/** Incidents: opened, told of note by note, ended; the status page shows them to everybody. */
export function incidentRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, ids, clock }: Dependencies): void {
  const announce = (tx: Database, { title, model, notes: [note] }: Incident) =>
    note &&
    publishAnnouncement(tx, {
      ...{ id: ids.uuid(), topic: 'incidents', model, effectiveAt: undefined, title, words: note.words, now: clock.now() },
    })
  app.openapi(listRoute, async (c) => c.json({ data: (await listIncidents(appDatabase, 0)).map(showIncident) }, 200))
  app.openapi(openRoute, async (c) => {
    const { title, text: words, state, model, began_at: beganAt, tell: isTold } = c.req.valid('json')
    const opened = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 201,
      schema: incidentShown,
      work: async (tx) => {
        const now = clock.now()
        const note = { id: ids.uuid(), state, words, now }
        const incident = await openIncident(tx, { id: ids.uuid(), title, model, beganAt: new Date(beganAt ?? now), note })
        if (isTold) await announce(tx, incident)
        return showIncident(incident)
      },
    })
    return c.json(opened, 201)
  })
  app.openapi(noteRoute, async (c) => {
    const { state, text: words, tell: isTold } = c.req.valid('json')
    const noted = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 201,
      schema: incidentShown,
      work: async (tx) => {
        const note = { id: ids.uuid(), state, words, now: clock.now() }
        const incident = await noteIncident(tx, c.req.valid('param').id, note)
        if (isTold) await announce(tx, incident)
        return showIncident(incident)
      },
    })
    return c.json(noted, 201)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const listRoute = createRoute({
  method: 'get',
  path: '/operator/v1/incidents',
  summary: 'List incidents with their course: those that go on, then the latest',
  responses: { 200: json(incidentList, 'The incidents'), ...failures },
})

const openRoute = createRoute({
  method: 'post',
  path: '/operator/v1/incidents',
  summary: 'Open an incident: it is on the status page, and those who want to hear of incidents are told',
  request: { headers: idempotencyHeader, body: jsonBody(incidentInput) },
  responses: { 201: json(incidentShown, 'The incident'), ...failures },
})

const noteRoute = createRoute({
  method: 'post',
  path: '/operator/v1/incidents/{id}/notes',
  summary: 'Say how an incident goes on; a note that it is resolved ends it',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(incidentNoteInput) },
  responses: { 201: json(incidentShown, 'The incident'), ...failures },
})
