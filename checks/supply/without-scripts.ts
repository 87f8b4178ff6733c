import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readLock, UNNEEDED_SCRIPTS } from '../../packaging/index.ts'
import { call } from '../calls.ts'
import { freePort } from '../free-port.ts'
import { type CheckContext, type Figure, type Measured, NotRunError } from '../harness/index.ts'
import { until } from '../parallel.ts'
import { serverProcesses, signal } from '../processes.ts'
import { CHECKOUT, makePackage } from './made-package.ts'
import { recordScripts } from './recorded-scripts.ts'
import { scriptedFolders, scriptProblems } from './script-problems.ts'

const INSTALL_MS_MAX = 300_000
const START_MS_MAX = 120_000
/**
 * SUP-02: the sources with nothing to develop with, installed without running any script of any package, serve. Packages that ship with a script
 * are those that are written down, none of which runs when the tarball is installed as the pages say, or by npm 12.
 */
export async function withoutScripts(context: CheckContext): Promise<Measured> {
  const lock = readLock(CHECKOUT)
  for (const problem of scriptProblems(CHECKOUT, lock)) context.fail(problem)
  const figures = recordedFigures(context)
  if (!(await isServing(context))) return { n: 0, measured: {} }
  return { n: 1, measured: { withScripts: scriptedFolders(lock).length, ...figures } }
}

function recordedFigures(context: CheckContext): Readonly<Record<string, Figure>> {
  const made = makePackage()
  try {
    const { asTold, npm12, olderAlone } = recordScripts(made.tarball)
    for (const one of [...asTold, ...npm12]) context.fail(`installing the tarball runs ${one}`)
    context.expect(olderAlone.length > 0, 'blind: where scripts may run none was seen')
    for (const one of olderAlone) {
      const [name = '', ...words] = one.split(' ')
      context.expect(UNNEEDED_SCRIPTS[name]?.script === words.join(' '), `an older npm left to itself runs ${one}`)
    }
    return { ranAsTold: asTold.length, ranByNpm12: npm12.length, olderNpmLeftToItself: olderAlone.join(', ') }
  } finally {
    made.remove()
  }
}

/** Whether the sources, installed without scripts, come up and answer a call. */
async function isServing(context: CheckContext): Promise<boolean> {
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
    if (!context.expect(installed.status === 0, `npm ci ended with ${installed.status}`)) return false
    const environment = {
      PATH: process.env['PATH'],
      FAREBOX_LISTEN: `127.0.0.1:${port}`,
      FAREBOX_OPERATOR_LISTEN: `127.0.0.1:${operatorPort}`,
      FAREBOX_DATA_DIR: join(folder, 'data'),
    }
    child = spawn('bin/farebox.mjs', ['serve'], { cwd: folder, env: environment, stdio: ['ignore', output, output] })
    const base = `http://127.0.0.1:${port}`
    const isUp = await until(() => isReady(base), Boolean, START_MS_MAX)
    if (!context.expect(isUp, `it did not start: ${readFileSync(join(folder, 'output'), 'utf8').slice(-400)}`)) return false
    const key = readFileSync(join(folder, 'data', 'demo-key'), 'utf8').trim()
    const answer = await call({ base, key, protocol: 'openai', model: 'sandbox/echo' })
    return context.expect(answer.status === 200, `a call was answered ${answer.status}`)
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
