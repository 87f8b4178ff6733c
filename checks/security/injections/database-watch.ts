import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, type Database, sql } from '../../../src/db/index.ts'
import type { World } from '../../world.ts'
import { TRAP } from './payloads.ts'

/** What a server tells of the statements that it was sent. */
export type DatabaseWatch = {
  /** Errors since the watch began, by their SQLSTATE, each with the server's own words for it. */
  readonly errors: () => readonly { readonly code: string; readonly line: string }[]
  /** What an attacker's statement did: what was drawn, changed or put to sleep. */
  readonly sprung: () => Promise<readonly string[]>
  /** Sends a statement that is none, and one that draws, so that it shows whether both are seen. */
  readonly show: () => Promise<{ readonly isErrorSeen: boolean; readonly isDrawSeen: boolean }>
  readonly end: () => Promise<void>
}

const LOOK_MS = 250
const SYNTAX_ERROR = '42601'

/**
 * Sets the trap, makes the world's database write down each error, which it never does otherwise as an error may quote what it is about, and
 * starts the world anew, so that all its connections do.
 */
export async function watchDatabase(world: World): Promise<DatabaseWatch> {
  const first = ownerOf(world)
  await first.query(sql`create sequence public.sec02_drawn`)
  await first.query(sql`create table public.sec02_word (word text)`)
  await first.query(sql`insert into public.sec02_word values (${TRAP.word})`)
  await first.query(sql`grant all on public.sec02_drawn, public.sec02_word to public`)
  await first.query(sql`grant usage on schema public to public`)
  await first.query(sql`alter database farebox set log_min_messages = error`)
  await first.query(sql`alter database farebox set log_error_verbosity = verbose`)
  await first.query(sql`alter database farebox set log_min_error_statement = error`)
  await first.end()
  await world.terminate(30_000)
  await world.start()
  const owner = ownerOf(world)
  const slept = new Set<string>()
  const looking = setInterval(() => void lookForSleep(owner, slept), LOOK_MS)
  return {
    errors: () => errorsIn(world),
    sprung: async () => [...(await sprungIn(owner)), ...slept],
    show: async () => {
      const before = errorsIn(world).length
      const isRefused = await owner.query(sql`selec ${1}::int`).then(
        () => false,
        () => true,
      )
      const isErrorSeen =
        isRefused &&
        errorsIn(world)
          .slice(before)
          .some(({ code }) => code === SYNTAX_ERROR)
      await owner.query(sql`select nextval('public.sec02_drawn')`)
      return { isErrorSeen, isDrawSeen: (await sprungIn(owner)).length > 0 }
    },
    end: async () => {
      clearInterval(looking)
      await owner.end()
    },
  }
}

const ownerOf = (world: World): Database => connect({ connection: world.connection(), role: undefined, poolMax: 2 })

async function sprungIn(owner: Database): Promise<readonly string[]> {
  const [drawn] = await owner.query<{ is_called: boolean }>(sql`select is_called from public.sec02_drawn`)
  const words = await owner.query<{ word: string }>(sql`select word from public.sec02_word`)
  return [
    ...(drawn?.is_called === false ? [] : ['a statement of an attacker was run']),
    ...(words.length === 1 && words[0]?.word === TRAP.word ? [] : ['a table was changed by an attacker']),
  ]
}

/** A statement that was made to sleep is known by what it waits for, not by how long an answer took. */
async function lookForSleep(owner: Database, slept: Set<string>): Promise<void> {
  const rows = await owner.query(sql`select from pg_stat_activity where wait_event = 'PgSleep'`).catch(() => [])
  if (rows.length > 0) slept.add('a statement was put to sleep')
}

/** The lines of errors in the server's log. Source: PostgreSQL 18 documentation, 19.8 Error Reporting and Logging (2026-11). */
function errorsIn(world: World): readonly { readonly code: string; readonly line: string }[] {
  const root = world.postgres === undefined ? world.dataDir : join(world.directory, 'system')
  const log = readFileSync(join(root, 'postgres', 'server.log'), 'utf8')
  return [...log.matchAll(/^.*?(?:ERROR|FATAL|PANIC): +([0-9A-Z]{5}): .*$/gm)].map(([line, code = '']) => ({ code, line }))
}
