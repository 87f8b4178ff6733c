import { randomInt } from 'node:crypto'
import { mkdirSync, statSync, utimesSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorCode } from '../src/lib/index.ts'

/** Below the ports that systems give to outgoing connections, of which other tests make many. */
const PORTS = { min: 15_000, max: 32_000 } as const
const PORT_TRIES_MAX = 100
/** A folder for each port that was handed out: whoever gets one may take seconds to listen on it, and is not the only one who looks for ports. */
const TAKEN = join(tmpdir(), 'ports-of-tests')
const TAKEN_MS = 120_000

/** A port that was free a moment ago, that no outgoing connection takes by chance, and that nobody else was given in the last two minutes. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORT_TRIES_MAX; tries += 1) {
    const port = randomInt(PORTS.min, PORTS.max)
    if (take(port) && (await isFree(port))) return port
  }
  throw new Error(`no free port in ${PORT_TRIES_MAX} tries`)
}

function take(port: number): boolean {
  const folder = join(TAKEN, String(port))
  mkdirSync(TAKEN, { recursive: true })
  try {
    mkdirSync(folder)
    return true
  } catch (thrown) {
    // Another user's folder says nothing; whether the port is free is looked at all the same.
    if (errorCode(thrown) !== 'EEXIST') return true
    const isOver = Date.now() - statSync(folder).mtimeMs > TAKEN_MS
    if (isOver) utimesSync(folder, new Date(), new Date())
    return isOver
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer().once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
