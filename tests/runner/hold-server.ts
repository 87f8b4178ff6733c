// Holds the PostgreSQL server that test files share, for as long as whoever started this keeps its input open.
import { once } from 'node:events'
import { startTestServer, stopTestServer } from '../../src/db/testing.ts'

await startTestServer()
process.stdout.write('up\n')
await once(process.stdin.resume(), 'end')
await stopTestServer()
