import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { yieldTo } from './command.ts'

/** A PostgreSQL server for a run of tests; `env` is how the test files find it. */
export type TestServer = { readonly env: Readonly<Record<string, string>>; readonly stop: () => Promise<void> }

/** Which server: the one that comes with Farebox, or Debian's of a version ("15"); one that `isYielding` leaves the processor to others. */
export type ServerOrder = { readonly version?: string; readonly isYielding?: boolean }

const HOLDER = fileURLToPath(new URL('./hold-server.ts', import.meta.url))

/** Starts the server that the test files share, in a process of its own that keeps it until it is stopped, so that it outlives each of them. */
export async function startServer({ version, isYielding = false }: ServerOrder = {}): Promise<TestServer> {
  const env = version === undefined ? {} : { FAREBOX_TEST_POSTGRES: version }
  const holder = spawn(process.execPath, ['--no-warnings', HOLDER], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  if (isYielding) yieldTo(holder.pid)
  await Promise.race([once(holder.stdout, 'data'), endOf(holder).then(() => Promise.reject(new Error('the server did not start')))])
  return {
    env,
    stop: async () => {
      holder.stdin.end()
      await endOf(holder)
    },
  }
}

const endOf = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
