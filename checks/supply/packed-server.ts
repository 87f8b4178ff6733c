import { type ChildProcess, spawn } from 'node:child_process'
import { openSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { until } from '../parallel.ts'
import { serverProcesses, signal } from '../processes.ts'
import { CHECKOUT, type MadePackage } from './made-package.ts'

const START_MS_MAX = 120_000

/** A server of the package, with what is installed in the checkout beside it. */
export type PackedServer = {
  readonly port: number
  readonly pids: () => readonly number[]
  readonly dataDir: string
  readonly stop: () => void
}

/** Starts the compiled server of a package that was made; throws with the end of its words when it does not become ready. */
export async function startPacked(made: MadePackage): Promise<PackedServer> {
  symlinkSync(join(CHECKOUT, 'node_modules'), join(made.contents, 'node_modules'))
  const [port, operatorPort] = [await freePort(), await freePort()]
  const dataDir = join(made.folder, 'data')
  const outputPath = join(made.folder, 'output')
  const output = openSync(outputPath, 'a')
  const environment = {
    PATH: process.env['PATH'],
    FAREBOX_LISTEN: `127.0.0.1:${port}`,
    FAREBOX_OPERATOR_LISTEN: `127.0.0.1:${operatorPort}`,
    FAREBOX_DATA_DIR: dataDir,
  }
  const child = spawn(process.execPath, [join(made.contents, 'bin', 'farebox.mjs'), 'serve'], {
    cwd: made.folder,
    env: environment,
    stdio: ['ignore', output, output],
  })
  const stop = (): void => {
    for (const { pid } of serverProcesses(child.pid ?? 0, made.folder)) signal(pid, 'SIGKILL')
  }
  if (await until(() => isReady(port, child), Boolean, START_MS_MAX))
    return { port, dataDir, stop, pids: () => serverProcesses(child.pid ?? 0, made.folder).map(({ pid }) => pid) }
  stop()
  throw new Error(`the server of the package did not start: ${readFileSync(outputPath, 'utf8').slice(-600)}`)
}

async function isReady(port: number, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) return false
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2000) })).status === 200
  } catch {
    // Nobody listens yet.
    return false
  }
}
