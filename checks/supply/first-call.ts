import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import { until } from '../parallel.ts'
import { type BareMachine, bareMachine, endProgram, putFile } from './bare-machine.ts'
import { makePackage } from './made-package.ts'

const FIRST_CALL_MS_MAX = 180_000
const NAME = 'farebox.tgz'
const SCRIPTS = ['preinstall', 'install', 'postinstall'] as const

/**
 * PKG-01 and SUP-02: on a machine with Node 20, npm and an empty home, one command, with no script of any package run, leads from the
 * packed tarball to a call that was paid for, in under three minutes.
 */
export async function firstCall(context: CheckContext): Promise<Measured> {
  const machine = bareMachine()
  const made = makePackage()
  const [port, operatorPort] = [await freePort(), await freePort()]
  const settings = [
    `FAREBOX_LISTEN=127.0.0.1:${port}`,
    `FAREBOX_OPERATOR_LISTEN=127.0.0.1:${operatorPort}`,
    'FAREBOX_DATA_DIR=/srv/stranger/data',
  ]
  let child: ReturnType<BareMachine['start']> | undefined
  try {
    putFile(machine, made.tarball, NAME)
    const before = machine.run(['ls', '-A', '/srv/stranger'], 10_000)
    context.expect(before.output.trim() === NAME, `the home was not empty: ${before.output.trim()}`)
    const began = performance.now()
    const seconds = (): number => Math.round((performance.now() - began) / 100) / 10
    child = machine.start([...settings, 'sh', '-c', `cd && exec npx --yes --ignore-scripts ./${NAME} serve`])
    const started = child
    const isUp = await until(
      () => isAnswering(port, started),
      (up) => up !== 'waiting',
      FIRST_CALL_MS_MAX,
    )
    if (isUp !== 'up') refuseWithoutRegistry(machine.output())
    if (!context.expect(isUp === 'up', `it did not start: ${machine.output().slice(-400)}`)) return { n: 0, measured: {} }
    const readySeconds = seconds()
    const paid = await callOnce(port, readFileSync(join(machine.home, 'data', 'demo-key'), 'utf8').trim())
    context.expect(paid.status === 200 && /^0\.0*[1-9]\d*$/.test(paid.cost), `the call was answered ${paid.status} and cost ${paid.cost}`)
    const firstCallSeconds = seconds()
    context.expect(firstCallSeconds * 1000 < FIRST_CALL_MS_MAX, `the first call was paid after ${firstCallSeconds} s`)
    const dashboard = await fetch(`http://127.0.0.1:${port}/sign-in`, { headers: { accept: 'text/html' } })
    context.expect((await dashboard.text()).includes('/app/assets/'), `the pages of customers are not there (${dashboard.status})`)
    const installed = installedIn(machine)
    context.expect(installed.names.includes('farebox'), 'blind: nothing was found where npx installs')
    return {
      n: 1,
      measured: {
        readySeconds,
        firstCallSeconds,
        packages: installed.names.length,
        withScripts: installed.withScripts.join(', ') || 'none',
      },
    }
  } finally {
    if (child !== undefined) await endProgram(child)
    machine.remove()
    made.remove()
  }
}

async function isAnswering(port: number, child: ReturnType<BareMachine['start']>): Promise<'up' | 'waiting' | 'ended'> {
  if (child.exitCode !== null) return 'ended'
  try {
    const { status } = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2000) })
    return status === 200 ? 'up' : 'waiting'
  } catch {
    // Nobody listens yet.
    return 'waiting'
  }
}

/** A machine without a registry can install nothing, which says nothing of the package. */
function refuseWithoutRegistry(output: string): void {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|network/.test(output)) throw new NotRunError('npm reaches no registry from here')
}

async function callOnce(port: number, key: string): Promise<{ readonly status: number; readonly cost: string }> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'sandbox/echo', messages: [{ role: 'user', content: 'Hello' }] }),
    signal: AbortSignal.timeout(20_000),
  })
  await response.text()
  return { status: response.status, cost: response.headers.get('x-farebox-cost-usd') ?? 'nothing' }
}

type Installed = { readonly names: readonly string[]; readonly withScripts: readonly string[] }

/** What npx installed: the names of all packages, and of those that would run a script if they were let. */
function installedIn(machine: BareMachine): Installed {
  const cache = join(machine.home, '.npm', '_npx')
  const folders = existsSync(cache) ? readdirSync(cache).map((name) => join(cache, name, 'node_modules')) : []
  const packages = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /^(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+\/package\.json$/.test(path))
      .map((path): { readonly name: string; readonly scripts?: Readonly<Record<string, string>> } =>
        JSON.parse(readFileSync(join(folder, path), 'utf8')),
      ),
  )
  const named = packages.filter(({ name }) => name !== undefined)
  return {
    names: named.map(({ name }) => name),
    withScripts: named.filter(({ scripts = {} }) => SCRIPTS.some((one) => scripts[one] !== undefined)).map(({ name }) => name),
  }
}
