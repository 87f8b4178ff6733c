import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { readLateness, readPartitions } from '../../retention/index.ts'
import type { JobReport } from '../../spec/index.ts'
import { errorBody, json, retentionShown, type ShownJob } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

/** The clock of retention: what goes when, what is late, and how the jobs do that see to it. */
export function retentionRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, clock, jobs, retention } = dependencies
  app.openapi(retentionRoute, async (c) => {
    const rules = retention.map(({ table, days, by }) => ({ table, days, by: by === 'partition' ? by : ('rows' as const) }))
    const [late, days] = await Promise.all([readLateness(appDatabase, clock.now()), readPartitions(appDatabase)])
    return c.json(
      {
        ...{ late_seconds: late?.seconds ?? 0, rules },
        days: days.map(({ table, day, dropsOn }) => ({ table, day, drops_on: dropsOn })),
        jobs: jobs().map(showJob),
      },
      200,
    )
  })
}

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'clock' | 'jobs' | 'retention'>

const retentionRoute = createRoute({
  method: 'get',
  path: '/operator/v1/retention',
  summary: 'Show what is deleted when, whether anything is late, and how the jobs of this node do',
  responses: { 200: json(retentionShown, 'The clock'), default: json(errorBody, 'What went wrong') },
})

const showJob = (job: JobReport): ShownJob => ({
  ...{ name: job.name, state: stateOf(job), every_seconds: job.everyMs / 1_000, error_code: job.errorCode ?? null },
  running_since: timeOf(job.runningSince),
  ended_at: timeOf(job.endedAt),
  next_at: timeOf(job.nextAt),
  failed_at: timeOf(job.failedAt),
})

const stateOf = ({ isFailing, runningSince, nextAt }: JobReport): ShownJob['state'] =>
  isFailing ? 'failing' : runningSince !== undefined ? 'running' : nextAt === undefined ? 'stopped' : 'waiting'

const timeOf = (millis: number | undefined): string | null => (millis === undefined ? null : new Date(millis).toISOString())
