import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { freePort } from '../free-port.ts'

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))

/** How a server that was meant to end by itself ended; `code` is null when it had to be killed. */
export type Ended = { readonly code: number | null; readonly millis: number; readonly output: string }

/** Starts `farebox serve` with these settings and ports of its own, and waits for its end. */
export async function serveOnce(settings: Readonly<Record<string, string>>, millisMax = 15_000): Promise<Ended> {
  const [port, operatorPort] = [await freePort(), await freePort()]
  const began = performance.now()
  const child = spawn(process.execPath, ['src/main.ts', 'serve'], {
    cwd: CHECKOUT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { FAREBOX_LISTEN: `127.0.0.1:${port}`, FAREBOX_OPERATOR_LISTEN: `127.0.0.1:${operatorPort}`, ...settings },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += String(text)
    })
  }
  return await new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), millisMax)
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve({ code, millis: performance.now() - began, output })
    })
  })
}
