import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chooseServer, ownerConnection, startSystemPostgres } from '../../checks/system-postgres.ts'
import { writePackage } from '../../packaging/index.ts'
import { type Certificate, certificateFor } from '../../sim/index.ts'
import { BENCH_MODEL } from '../bodies.ts'
import { freePort, sleep, stopTree, untilAnswers } from '../child-process.ts'
import { descendants, type ProcessRow, readProcessTable } from '../cpu-accounting.ts'
import type { Headers } from '../messages.ts'
import { readDatabaseUse } from './database-use.ts'
import { readHoldTimes } from './hold-times.ts'
import type { Processes, ProxyName, StartProxy, StartTimes } from './proxy.ts'

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))
/** The key's limits, far above what a measurement can reach. */
const LIMITS = { requests_per_minute: 100_000_000, tokens_per_minute: 1_000_000_000, concurrent_calls: 100_000 }

/** Accounts beside the one that all other measurements use. */
const CUSTOMERS = 100
const STOP_MS_MAX = 10_000

/** This checkout as `npm start` runs it, with one gateway process, its own PostgreSQL, paid accounts and a key of each. */
export const startFarebox: StartProxy = (place) => start('farebox', { ...place, checkout: CHECKOUT, gateways: 1 })

/** The same with a gateway process for every core. */
export const startFareboxOnAllCores: StartProxy = (place) =>
  start('farebox-cores', { ...place, checkout: CHECKOUT, gateways: cpus().length })

/** The same with a listener that speaks TLS. */
export const startFareboxSecurely: StartProxy = (place) =>
  start('farebox-tls', { ...place, checkout: CHECKOUT, gateways: 1, certificate: certificateFor('localhost') })

/** What FAREBOX_BENCH_BEFORE names: another checkout, with its own node_modules. */
export const startFareboxBefore: StartProxy = async (place) => {
  const checkout = process.env.FAREBOX_BENCH_BEFORE
  if (checkout === undefined) return { name: 'farebox-before', notRun: 'FAREBOX_BENCH_BEFORE names no checkout to compare with' }
  return await start('farebox-before', { ...place, checkout, gateways: 1 })
}

type Place = {
  readonly upstreamPort: number
  readonly directory: string
  readonly checkout: string
  readonly gateways: number
  /** What the public listener speaks TLS with; plain where it is left out. */
  readonly certificate?: Certificate
}

async function start(name: ProxyName, place: Place): ReturnType<StartProxy> {
  const { directory } = place
  if (!existsSync(join(place.checkout, 'src/main.ts'))) return { name, notRun: 'src/main.ts is not there yet' }
  const [port, operatorPort] = [await freePort(), await freePort()]
  const token = `bench${randomBytes(24).toString('hex')}`
  const server = { ...place, port, operatorPort, token, program: SOURCE }
  const ca = place.certificate?.cert
  const secure = ca === undefined ? {} : { ca }
  const running = { child: spawnServer(server) }
  const untilReady = (): Promise<void> =>
    untilAnswers(`http${ca === undefined ? '' : 's'}://127.0.0.1:${port}/readyz`, {
      child: running.child,
      seconds: 60,
      status: 200,
      ...secure,
    })
  try {
    await untilReady()
    const operator = `http://127.0.0.1:${operatorPort}`
    const customers: Headers[] = []
    for (let count = 0; count <= CUSTOMERS; count++) {
      customers.push({ authorization: `Bearer ${await makeCustomer(`${operator}/operator/v1`, token)}` })
    }
    return {
      name,
      version: versionOf(place.checkout),
      target: { port, path: '/v1/chat/completions', headers: customers.pop() ?? {}, ...secure },
      customers,
      holdTimes: () => readHoldTimes(`${operator}/metrics`),
      databaseUse: () => readDatabaseUse(ownerConnection(dataDirOf(server))),
      processes: () => sortProcesses(readProcessTable(), { root: running.child.pid ?? 0, directory }),
      starts: async () => {
        const program = await packedProgram(place.checkout)
        const startAs = async (arguments_: readonly string[]): Promise<number> => {
          await stopServer(running.child, directory)
          const startedAt = performance.now()
          running.child = spawnServer({ ...server, program: arguments_ })
          await untilReady()
          return performance.now() - startedAt
        }
        const packed = await startAs(program)
        const own = { packed, source: await startAs(SOURCE) }
        return { own, beside: await startBeside({ ...server, program }) }
      },
      stop: () => stopServer(running.child, directory),
    }
  } catch (error) {
    await stopServer(running.child, directory)
    const log = readFileSync(join(directory, 'server.log'), 'utf8').slice(-300)
    return { name, notRun: `${error instanceof Error ? error.message : String(error)} ${log}`.trim() }
  }
}

/** What `npm start` runs. */
const SOURCE: readonly string[] = ['src/main.ts']

/** What operators install, made of the checkout below it, whose packages it finds there. */
async function packedProgram(checkout: string): Promise<readonly string[]> {
  const into = join(checkout, 'packed', 'package')
  await writePackage(checkout, into)
  return [join(into, 'bin', 'farebox.mjs')]
}

/**
 * Starts another Farebox on a PostgreSQL of the system's packages that runs already and that one has migrated, as it is installed and as
 * `npm start` runs it; milliseconds from its start until it says that it is ready. Undefined where there is no such package.
 */
async function startBeside(server: Server): Promise<StartTimes | undefined> {
  if ('notRun' in chooseServer('system')) return undefined
  const directory = mkdtempSync(join(server.directory, 'beside-'))
  chmodSync(directory, 0o711)
  const postgres = await startSystemPostgres(join(directory, 'system')).finally(() => chooseServer('embedded'))
  if (postgres === undefined) return undefined
  const [port, operatorPort] = [await freePort(), await freePort()]
  const beside = { ...server, directory, port, operatorPort, databaseUrl: postgres.connection }
  const start = async (program: readonly string[]): Promise<number> => {
    const startedAt = performance.now()
    const child = spawnServer({ ...beside, program })
    await untilAnswers(`http://127.0.0.1:${port}/readyz`, { child, seconds: 120, status: 200 })
    const millis = performance.now() - startedAt
    await stopTree(child, STOP_MS_MAX)
    return millis
  }
  try {
    await start(server.program)
    return { packed: await start(server.program), source: await start(SOURCE) }
  } finally {
    await postgres.stop()
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  }
}

type Server = Place & {
  readonly port: number
  readonly operatorPort: number
  readonly token: string
  readonly databaseUrl?: string
  /** What Node begins with. */
  readonly program: readonly string[]
}

function spawnServer(server: Server): ChildProcess {
  const config = join(server.directory, 'farebox.yaml')
  writeFileSync(config, configOf(server.upstreamPort))
  mkdirSync(dataDirOf(server), { recursive: true })
  const log = openSync(join(server.directory, 'server.log'), 'a')
  return spawn(process.execPath, [...server.program, 'serve'], {
    cwd: server.checkout,
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env.PATH ?? '',
      FAREBOX_LISTEN: `127.0.0.1:${server.port}`,
      FAREBOX_OPERATOR_LISTEN: `127.0.0.1:${server.operatorPort}`,
      FAREBOX_DATA_DIR: dataDirOf(server),
      FAREBOX_CONFIG: config,
      FAREBOX_OPERATOR_TOKEN: server.token,
      FAREBOX_GATEWAYS: String(server.gateways),
      ...tlsOf(server),
      ...(server.databaseUrl !== undefined && { DATABASE_URL: server.databaseUrl }),
    },
  })
}

const dataDirOf = ({ directory }: Pick<Server, 'directory'>): string => join(directory, 'data')

/** Where its certificate and key are, which are written there. */
function tlsOf({ certificate, directory }: Server): Record<string, string> {
  if (certificate === undefined) return {}
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
  writeFileSync(cert, certificate.cert)
  writeFileSync(key, certificate.key, { mode: 0o600 })
  return { FAREBOX_TLS_CERT: cert, FAREBOX_TLS_KEY: key }
}

const configOf = (upstreamPort: number): string => `upstreams:
  - { id: mock, kind: openai, base_url: "http://127.0.0.1:${upstreamPort}/v1", api_key: sk-bench, placement: third_party }
models:
  - id: ${BENCH_MODEL}
    context: 1000000
    output_max: 16384
    price: { input: "0.15", output: "0.60" }
    routes: [{ upstream: mock, model: ${BENCH_MODEL}, priority: 1 }]
`

/** An account with credit and the secret of a key of it. */
async function makeCustomer(base: string, token: string): Promise<string> {
  const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const response = await fetch(base + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': randomBytes(8).toString('hex') },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`POST ${path} answered ${response.status} ${text.slice(0, 200)}`)
    // The shape is the contract's and the fields are read as strings below.
    return JSON.parse(text) as Record<string, unknown>
  }
  const account = await post('/accounts', { email: `bench-${randomBytes(4).toString('hex')}@example.com` })
  await post(`/accounts/${String(account.id)}/credits`, { amount: '1000000.00', reason: 'bench' })
  const key = await post(`/accounts/${String(account.id)}/keys`, { name: 'bench', limits: LIMITS })
  return String(key.secret)
}

/**
 * Farebox's processes by what they do: below the one we started, or with our data directory in their command line, as the
 * database outlives its starter and need not be its child.
 */
export function sortProcesses(table: readonly ProcessRow[], server: { root: number; directory: string }): Processes {
  const named = table.filter((row) => row.commandLine.includes(server.directory) && row.pid !== process.pid).map((row) => row.pid)
  const mine = new Set(descendants(table, [server.root, ...named]))
  const by: Record<string, number[]> & { serving: number[] } = { serving: [], control: [], database: [], supervisor: [] }
  for (const row of table) if (mine.has(row.pid)) by[row.pid === server.root ? 'supervisor' : roleOf(row.commandLine)]?.push(row.pid)
  return by
}

/** What a process of Farebox does, by its command line: the gateway is what serves. */
export function roleOf(commandLine: string): 'serving' | 'control' | 'database' | 'supervisor' {
  if (/(^|\/)postgres(:| |$)/.test(commandLine)) return 'database'
  const word = commandLine
    .split(' ')
    .map((part) => /(?:^|\/)(?:farebox[-:])?(gateway|control)(?:[-.:][a-z-]*(?:\.ts)?|\/(?:main|process|index)\.ts)?$/.exec(part)?.[1])
    .find((found) => found !== undefined)
  if (word === 'gateway') return 'serving'
  return word === 'control' ? 'control' : 'supervisor'
}

async function stopServer(child: ChildProcess, directory: string): Promise<void> {
  const before = sortProcesses(readProcessTable(), { root: child.pid ?? 0, directory })
  await stopTree(child, STOP_MS_MAX)
  await sleep(200)
  // Whatever still runs out of our own data directory is ours to end.
  const after = sortProcesses(readProcessTable(), { root: child.pid ?? 0, directory })
  const left = Object.values(after).flat()
  for (const pid of left.filter((one) => Object.values(before).flat().includes(one))) process.kill(pid, 'SIGKILL')
}

function versionOf(checkout: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'))
  return manifest !== null && typeof manifest === 'object' && 'version' in manifest ? String(manifest.version) : 'unknown'
}
