import { startTestServer, stopTestServer } from '../../src/db/testing.ts'

/** A PostgreSQL server for a run of tests; `env` is how the test files find it. */
export type TestServer = { readonly env: Readonly<Record<string, string>>; readonly stop: () => Promise<void> }

/**
 * Starts the server that the test files share, and keeps it until it is stopped, so that it outlives each of them: the one that comes
 * with Farebox, or Debian's of a version ("15"). One at a time.
 */
export async function startServer(version?: string): Promise<TestServer> {
  const before = process.env.FAREBOX_TEST_POSTGRES
  if (version !== undefined) process.env.FAREBOX_TEST_POSTGRES = version
  await startTestServer()
  return {
    env: version === undefined ? {} : { FAREBOX_TEST_POSTGRES: version },
    stop: async () => {
      await stopTestServer()
      if (before === undefined) delete process.env.FAREBOX_TEST_POSTGRES
      else process.env.FAREBOX_TEST_POSTGRES = before
    },
  }
}
