import { createRoute } from '@hono/zod-openapi'
import { nameTeam, readTeamName } from '../../identity/index.ts'
import { json, jsonBody, managed, managedError, teamNaming, teamShown, tell } from '../contract/index.ts'
import { accountOf, type ManageApp, type ManageDependencies } from './manage-env.ts'

/** What the team of the caller's account is called. */
export function teamNameRoutes(app: ManageApp, { appDatabase: database, subjects, clock }: ManageDependencies): void {
  app.openapi(showTeamRoute, async (c) => {
    const name = await readTeamName({ database, subjects }, accountOf(c))
    return c.json(tell({ name: name ?? null }), 200)
  })
  app.openapi(nameTeamRoute, async (c) => {
    const { name } = c.req.valid('json')
    await nameTeam(database, subjects, { accountId: accountOf(c), name: name ?? undefined, now: clock.now() })
    return c.json(tell({ name }), 200)
  })
}

const failures = { default: json(managedError, 'What went wrong') }

const showTeamRoute = createRoute({
  method: 'get',
  path: '/api/team',
  summary: 'Show what the team is called',
  responses: { 200: json(managed(teamShown), 'The team'), ...failures },
})

const nameTeamRoute = createRoute({
  method: 'put',
  path: '/api/team',
  summary: 'Name the team, as members and people who are invited read it; null takes the name away',
  request: { body: jsonBody(teamNaming) },
  responses: { 200: json(managed(teamShown), 'The team as it is called now'), ...failures },
})
