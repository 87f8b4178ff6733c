import { randomInt } from 'node:crypto'
import net from 'node:net'

/** Below the ports that systems give to outgoing connections, of which other tests make many. */
const PORTS = { min: 15_000, max: 32_000 } as const
const PORT_TRIES_MAX = 100

/** A port that was free a moment ago, and that no outgoing connection takes by chance. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORT_TRIES_MAX; tries += 1) {
    const port = randomInt(PORTS.min, PORTS.max)
    if (await isFree(port)) return port
  }
  throw new Error(`no free port in ${PORT_TRIES_MAX} tries`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer().once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
