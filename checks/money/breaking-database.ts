import type { SeededRandom } from '../../sim/index.ts'
import { type Database, DatabaseError } from '../../src/db/index.ts'

/**
 * A database whose connection breaks once, at one of its first eight statements or at its first commit: `before` it ran, or `after`, so
 * that it happened and nobody was told.
 */
export function breakingOff(database: Database, random: SeededRandom, when: 'before' | 'after' = 'before'): Database {
  let left = random.below(8)
  const lost = (): DatabaseError => new DatabaseError('connection_lost')
  const wrap = (inner: Database): Database => ({
    query: async <Row>(statement: Parameters<Database['query']>[0]) => {
      if (left === 0 && when === 'before') throw lost()
      const rows = await inner.query<Row>(statement)
      left -= 1
      if (left < 0 && when === 'after') throw lost()
      return rows
    },
    transaction: async (work) => {
      const result = await inner.transaction((tx) => work(wrap(tx)))
      if (when === 'after' && random.below(2) === 0) throw lost()
      return result
    },
    end: async () => undefined,
  })
  return wrap(database)
}
