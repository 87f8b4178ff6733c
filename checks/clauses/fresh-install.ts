import { spawn } from 'node:child_process'
import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { call } from '../calls.ts'
import { freePort } from '../free-port.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { until } from '../parallel.ts'
import { makeCanary, patternsOf } from '../privacy/canary.ts'
import { PlaceSearch } from '../privacy/places.ts'
import { ipSocketsOf } from '../privacy/sockets.ts'
import { serverProcesses } from '../processes.ts'

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))
const START_MS_MAX = 60_000

/**
 * CL-default: a server that nobody has set up, as `npm start` runs it, keeps nothing of what is said to its sandbox, listens to this machine alone,
 * calls nobody, and gives gateways no right to write. The installation by npx and the other checks on such a server are not run here.
 */
export async function freshInstall(context: CheckContext): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-fresh-'))
  const dataDir = join(folder, 'data')
  const [port, operatorPort] = [await freePort(), await freePort()]
  const output = openSync(join(folder, 'output'), 'a')
  const environment = {
    PATH: '/usr/bin:/bin',
    FAREBOX_DATA_DIR: dataDir,
    FAREBOX_LISTEN: `127.0.0.1:${port}`,
    FAREBOX_OPERATOR_LISTEN: `127.0.0.1:${operatorPort}`,
  }
  const server = spawn(process.execPath, [join(CHECKOUT, 'src/main.ts'), 'serve'], {
    cwd: folder,
    stdio: ['ignore', output, output],
    env: environment,
  })
  try {
    const base = `http://127.0.0.1:${port}`
    await until(() => isReady(base), Boolean, START_MS_MAX)
    const key = readFileSync(join(dataDir, 'demo-key'), 'utf8').trim()
    const canaries = await speak(context, { base, key, count: context.n })
    const processes = serverProcesses(server.pid ?? 0, folder)
    const patterns = canaries.flatMap((canary) => patternsOf(canary, [`Repeat: ${canary}`]))
    const search = new PlaceSearch(patterns)
    for (const { pid } of processes) search.process(pid)
    const gateways = processes.filter(({ role }) => role === 'gateway')
    context.expect(gateways.length > 0, 'blind: no gateway runs')
    for (const { pid } of gateways)
      context.expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('--permission'), 'a gateway may do everything')
    const foreign = processes
      .flatMap(({ pid }) => ipSocketsOf(pid))
      .filter(({ remoteHost, remotePort }) => remotePort !== 0 && !remoteHost.startsWith('127.') && !/^(?:0000:){7}0001$/.test(remoteHost))
    context.expect(foreign.length === 0, `a server that nobody has set up called ${foreign.map(({ remoteHost }) => remoteHost).join(', ')}`)
    server.kill('SIGTERM')
    await until(() => Promise.resolve(server.exitCode !== null), Boolean, 20_000)
    search.folder(folder)
    for (const { place, form } of search.found) context.fail(`leak: ${form} at ${place}`)
    context.expect(readdirSync(dataDir).length > 3, 'blind: there is no data directory')
    return {
      n: canaries.length,
      measured: { bytesSearched: search.bytesSearched, processes: processes.length, npx: 'not run: needs a published package' },
    }
  } finally {
    await endAll(server.pid ?? 0, folder)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

type Speaking = { readonly base: string; readonly key: string; readonly count: number }

async function speak(context: CheckContext, { base, key, count }: Speaking): Promise<readonly string[]> {
  const canaries: string[] = []
  for (let index = 0; index < count; index += 1) {
    const canary = makeCanary()
    canaries.push(canary)
    const answer = await call({
      base,
      key,
      protocol: 'openai',
      model: 'sandbox/echo',
      text: `Repeat: ${canary}`,
      isStream: index % 2 === 0,
    })
    context.expect(answer.status === 200, `a call of the sandbox was answered ${answer.status}`)
  }
  return canaries
}

async function isReady(base: string): Promise<boolean> {
  try {
    return (await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(2000) })).ok
  } catch {
    // Nobody listens yet.
    return false
  }
}

/** Ends what is left of the server, its database included. */
async function endAll(supervisor: number, folder: string): Promise<void> {
  for (let round = 0; round < 50; round += 1) {
    const left = serverProcesses(supervisor, folder)
    if (left.length === 0) return
    if (round > 20) for (const { pid } of left) process.kill(pid, 'SIGKILL')
    await sleep(100)
  }
}
