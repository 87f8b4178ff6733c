import { type Database, sql } from '../db/index.ts'
import { MORE_CLASSES, OUTCOMES, REPORTED_MODELS, SERVICE_TIERS, USAGE_SOURCES } from '../spec/index.ts'

/** What the numbers in exported rows of calls stand for: models by their serial, and the words of each list by their place in it from 0. */
export async function readExportCodes(database: Database): Promise<object> {
  const models = await database.query<{ serial: number; id: string }>(sql`select serial, id from model order by serial`)
  return {
    model_serial: Object.fromEntries(models.map(({ serial, id }) => [serial, id])),
    outcome: OUTCOMES,
    usage_source: USAGE_SOURCES,
    reported_model: REPORTED_MODELS,
    service_tier: SERVICE_TIERS,
    more: MORE_CLASSES,
  }
}
