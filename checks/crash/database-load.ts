import { readFileSync } from 'node:fs'
import { connect, sql } from '../../src/db/index.ts'
import type { World } from '../world.ts'

/** What a recovery cost the database: sessions begun, the most connections at one time, keys looked up and how many there are. */
export type Counted = {
  readonly sessions: number
  readonly backendsMax: number
  readonly lookUps: number
  readonly keys: number
}

const LOOK_MS = 50

/** Watches how many connections the world's database serves; `stop` tells the most there were at one time. */
export function watchBackends(world: World): { readonly stop: () => number } {
  let most = 0
  let before: ReadonlySet<number> = new Set()
  const timer = setInterval(() => {
    const now = new Set(
      world
        .processes()
        .map(({ pid }) => pid)
        .filter(isBackend),
    )
    // What is seen once may be ending while what replaces it begins, or be the check itself, which asks for a moment.
    most = Math.max(most, now.intersection(before).size)
    before = now
  }, LOOK_MS)
  return {
    stop: () => {
      clearInterval(timer)
      return most
    },
  }
}

/** PostgreSQL names its processes after what they serve: "postgres: user database [local] idle". */
function isBackend(pid: number): boolean {
  try {
    return /^postgres: \S+ farebox \[local\]/.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1'))
  } catch {
    // It has ended meanwhile.
    return false
  }
}

/** Sessions that the world's database has seen begin, the one that asks included. */
export async function countSessions(world: World): Promise<number> {
  const database = connect({ connection: world.connection(), role: undefined, poolMax: 1, connectTimeoutMs: 30_000 })
  try {
    const [row] = await database.query<{ sessions: bigint }>(sql`
      select sessions from pg_stat_database where datname = current_database()`)
    return Number(row?.sessions ?? 0n)
  } finally {
    await database.end()
  }
}

/** A figure of the operator's metrics; throws when there is none of that name. */
export async function metricOf(world: World, name: string): Promise<number> {
  const answer = await fetch(`${world.operatorBase}/metrics`)
  const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(await answer.text())?.[1]
  if (found === undefined) throw new Error(`there is no metric ${name}`)
  return Number(found)
}
