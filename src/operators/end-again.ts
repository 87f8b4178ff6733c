import { type Database, sql } from '../db/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'
import { endOperator } from './end-operator.ts'

/**
 * Ends again at `now` (milliseconds) every operator whom an old database brought back, which the key that was destroyed when they ended tells,
 * and destroys the key of who ended where that was cut short. To be called once `subjects` has replayed its erasures and before anything is
 * served; resolves with how many were ended again.
 */
export async function endOperatorsAgain(
  database: Database,
  subjects: Pick<SubjectKeys, 'isDestroyed' | 'destroy'>,
  now: number,
): Promise<number> {
  const operators = await database.query<{ readonly id: string; readonly name: string; readonly is_ended: boolean }>(sql`
    select id, name, ended_at is not null as is_ended from operator order by name`)
  let again = 0
  for (const { id, name, is_ended: isEnded } of operators) {
    const isDestroyed = await subjects.isDestroyed(id)
    if (isEnded && !isDestroyed) await subjects.destroy(id)
    if (isEnded || !isDestroyed) continue
    await database.transaction((tx) => endOperator(tx, name, now))
    again += 1
  }
  return again
}
