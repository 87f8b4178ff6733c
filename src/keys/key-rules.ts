import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { RouteRules } from '../spec/index.ts'

/** Fails with invalid_field (models). */
export async function refuseUnknownModels(database: Database, models: readonly string[] | undefined): Promise<void> {
  if (models === undefined) return
  const known = await database.query<{ id: string }>(sql`select id from model where id = any(${models}::text[])`)
  if (known.length < new Set(models).size) fail('invalid_field', { field: 'models', expected: 'ids of models that are in the catalogue' })
}

/** Fails with invalid_field (routing). */
export async function refuseUnknownUpstreams(database: Database, routing: RouteRules | undefined): Promise<void> {
  const named = new Set([...(routing?.allow ?? []), ...(routing?.deny ?? [])])
  if (named.size === 0) return
  const known = await database.query<{ id: string }>(sql`select id from upstream where id = any(${[...named]}::text[])`)
  if (known.length < named.size) fail('invalid_field', { field: 'routing', expected: 'ids of upstreams that are in the catalogue' })
}

/** Rules as their column has them. */
export const routingText = (routing: RouteRules | undefined): string | null => (routing === undefined ? null : JSON.stringify(routing))
