/**
 * A whole Farebox to try things on: fake upstreams that know the truth, and the server as `npm start` runs it, with a data directory of
 * its own. Used by checks and tests of the whole process; never touches another server.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type SecureDoor, type SimScript, type SimUpstream, startSecureDoor, startSimUpstream } from '../sim/index.ts'
import type { UpstreamKind } from '../src/spec/index.ts'
import { freePort } from './free-port.ts'
import { stoppable } from './harness/index.ts'
import { type Operator, operatorOf } from './operator.ts'
import { isRunning, type ProcessRole, type ServerProcess, serverProcesses, signal } from './processes.ts'
import { ownerConnection, type SystemPostgres, startSystemPostgres } from './system-postgres.ts'

/** A model of the world. `upstreamModel` may carry a marker of the fake upstream, such as `sim-model!tokens=40`. */
export type WorldModel = {
  readonly id: string
  /** `oai`, `ant` and `goo` are the fake; others are in WorldOptions.upstreams. */
  readonly upstream: string
  readonly upstreamModel: string
  readonly context?: number
  readonly outputMax?: number
  /** USD per million tokens as decimal strings, by class; `none` makes a model without a price. Default input 3.00, output 15.00. */
  readonly price?: Readonly<Record<string, string>> | 'none'
}

/** An upstream of a world; `protocols` where it speaks others than its kind does. */
export type WorldUpstream = {
  readonly id: string
  readonly kind: UpstreamKind
  readonly baseUrl: string
  readonly protocols?: readonly string[]
}

export type WorldOptions = {
  /** Models beside `m-openai`, `m-anthropic` and `m-gemini`. */
  readonly models?: readonly WorldModel[]
  /** Upstreams beside `oai` (which speaks responses too), `ant`, `goo`, `own`, `chat` and `resp`; the base URL as in farebox.yaml, with /v1 for OpenAI's kind. */
  readonly upstreams?: readonly WorldUpstream[]
  /** The part payments of farebox.yaml. */
  readonly payments?: object
  /** The part abuse of farebox.yaml. */
  readonly abuse?: object
  /** The part telegram of farebox.yaml. */
  readonly telegram?: object
  /** The part issuers of farebox.yaml. */
  readonly issuers?: readonly object[]
  /** The part site of farebox.yaml. */
  readonly site?: object
  /** Files beside farebox.yaml, by name. */
  readonly files?: Readonly<Record<string, string>>
  /** Gateway processes; default 1. */
  readonly gateways?: number
  /** More settings for the server. */
  readonly env?: Readonly<Record<string, string>>
  /** A program that the server is started by, with its arguments, such as prlimit; it must become the server or stay above it. */
  readonly runUnder?: readonly string[]
  /** How the fake upstreams answer calls without a marker. */
  readonly script?: SimScript
  /** The data directory whose master keys this server has too, as nodes of one installation have. */
  readonly masterKeysOf?: string
  /** Where the program lies that is started; it is asked at each start. */
  readonly checkout?: () => string
  /** The fake keeps request bodies in its calls. */
  readonly keepBodies?: boolean
  /** The fake is called over TLS and, for streams, in HTTP/2. Default: what FAREBOX_WORLD_SECURE says, `yes` or nothing. */
  readonly isSecure?: boolean
  /** The folder in which the world's own is made; when left out the one of the prepared data, else the system's for what is temporary. */
  readonly home?: string
}

/**
 * What a kill hits; `all` is the supervisor, gateways, control and the database, without a chance to say goodbye. A database of the
 * system is started again by the world, as an init system would do.
 */
export type Victim = 'gateway' | 'control' | 'postgres' | 'all'

export type World = {
  /** The public listener, such as http://127.0.0.1:12345; no slash at the end. */
  readonly base: string
  readonly port: number
  readonly operatorBase: string
  readonly operatorToken: string
  /** What the fake is called through, where it is called over TLS. */
  readonly door: SecureDoor | undefined
  /** The one fake that answers as both upstreams; `sim.calls` is the truth about every call. */
  readonly sim: SimUpstream
  /** The operator's hand: accounts, credit, keys, usage, balances, the books. */
  readonly operator: Operator
  /** Holds `data` (the server's data directory), farebox.yaml and server.log. */
  readonly directory: string
  readonly dataDir: string
  /** The world's own PostgreSQL of the system's packages; undefined when the server keeps its own. */
  readonly postgres: SystemPostgres | undefined
  /** The superuser's URL of the world's database, as only the owner of the machine has it. */
  readonly connection: () => string
  readonly supervisorPid: () => number
  readonly processes: () => readonly ServerProcess[]
  readonly pidsOf: (role: ProcessRole) => readonly number[]
  /** Kills with SIGKILL and returns how many processes were hit; `all` needs a `start` afterwards. */
  readonly kill: (victim: Victim) => Promise<number>
  /** Sends SIGTERM to the supervisor and tells its exit code, undefined when it had to be killed. */
  readonly terminate: (millisMax: number) => Promise<number | undefined>
  /** Starts the server on the same data directory again. */
  readonly start: () => Promise<void>
  /** Milliseconds until /readyz answers 200. */
  readonly untilReady: (millisMax?: number) => Promise<number>
  /** Everything the server wrote to its output. */
  readonly log: () => string
  /** Ends server and fakes and removes the directory. */
  readonly stop: () => Promise<void>
}

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url))
const START_MS_MAX = 180_000
const POLL_MS = 20

/** Starts fake upstreams and a server; rejects with the end of its log when it does not become ready. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const directory = mkdtempSync(join(options.home ?? homeOf(process.env[PREPARED]), 'farebox-world-'))
  const sim = await startSimUpstream({ script: options.script ?? {}, keepBodies: options.keepBodies ?? false })
  const isSecure = options.isSecure ?? process.env[SECURE] === 'yes'
  const place: Place = {
    directory,
    dataDir: join(directory, 'data'),
    port: await freePort(),
    operatorPort: await freePort(),
    token: `world${randomBytes(24).toString('hex')}`,
    postgres: await startSystemPostgres(join(directory, 'system')),
    door: isSecure ? await startSecureDoor(sim.port) : undefined,
  }
  writeFileSync(join(directory, 'farebox.yaml'), configOf(place.door?.url ?? sim.url, options))
  if (place.door !== undefined) writeFileSync(authoritiesIn(directory), place.door.cert)
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(directory, name), text)
  const world = worldOf(place, sim, options)
  try {
    await copyPrepared(place)
    if (options.masterKeysOf !== undefined) await copyMasterKeys(options.masterKeysOf, place.dataDir)
    await world.start()
  } catch (thrown) {
    const log = world.log().slice(-1500)
    await world.stop()
    throw new Error(`the server did not start: ${thrown instanceof Error ? thrown.message : String(thrown)}\n${log}`, { cause: thrown })
  }
  return world
}

type Place = {
  readonly directory: string
  readonly dataDir: string
  readonly port: number
  readonly operatorPort: number
  readonly token: string
  /** Undefined: the server's own. */
  readonly postgres: SystemPostgres | undefined
  readonly door: SecureDoor | undefined
}

const SECURE = 'FAREBOX_WORLD_SECURE'

/** Where the certificate lies that the door is trusted by. */
const authoritiesIn = (directory: string): string => join(directory, 'authorities.pem')

/** Where a data directory lies that is migrated and nothing else; a run of many worlds makes it once. Without it a server makes its own. */
const PREPARED = 'FAREBOX_WORLD_DATA'

/** Beside what is copied, where something is. */
const homeOf = (prepared: string | undefined): string => (prepared === undefined || prepared === '' ? tmpdir() : dirname(prepared))

async function copyPrepared({ dataDir, postgres }: Place): Promise<void> {
  const prepared = process.env[PREPARED]
  if (prepared === undefined || prepared === '' || postgres !== undefined) return
  // Unlike Node's own copy this keeps the owners, of which the database's files have another when root runs this.
  await promisify(execFile)('cp', ['-a', prepared, dataDir])
}

async function copyMasterKeys(from: string, dataDir: string): Promise<void> {
  const [there, here] = [join(from, 'keys'), join(dataDir, 'keys')]
  mkdirSync(here, { recursive: true, mode: 0o700 })
  const masters = readdirSync(there).filter((name) => name.startsWith('master-'))
  await promisify(execFile)('cp', ['-a', ...masters.map((name) => join(there, name)), here])
}

function worldOf(place: Place, sim: SimUpstream, options: WorldOptions): World {
  const { directory, dataDir, port, operatorPort, token } = place
  const base = `http://127.0.0.1:${port}`
  const operatorBase = `http://127.0.0.1:${operatorPort}`
  let child: ChildProcess | undefined
  const processes = (): readonly ServerProcess[] => serverProcesses(child?.pid ?? 0, directory)
  const pidsOf = (role: ProcessRole): readonly number[] =>
    processes()
      .filter((row) => row.role === role)
      .map((row) => row.pid)
  const log = (): string => readFileSync(join(directory, 'server.log'), 'utf8')
  const hasEnded = (): boolean => child === undefined || child.exitCode !== null || child.signalCode !== null
  // Both listeners tell it, and the operator's has no certificate that would have to be known here.
  const hasTls = options.env?.['FAREBOX_TLS_CERT'] !== undefined || options.env?.['FAREBOX_ACME_DOMAINS'] !== undefined
  const readyBase = hasTls ? operatorBase : base
  const untilReady = (millisMax = START_MS_MAX): Promise<number> => waitUntilReady(readyBase, { millisMax, hasEnded })
  const terminate = async (millisMax: number): Promise<number | undefined> => {
    child?.kill('SIGTERM')
    const until = performance.now() + millisMax
    while (!hasEnded() && performance.now() < until) await sleep(POLL_MS)
    return child?.exitCode ?? undefined
  }
  return {
    ...{ base, port, operatorBase, operatorToken: token, sim, directory, dataDir, processes, pidsOf, log, untilReady, terminate },
    postgres: place.postgres,
    door: place.door,
    connection: () => place.postgres?.connection ?? ownerConnection(dataDir),
    operator: operatorOf(`${operatorBase}/operator/v1`, token),
    supervisorPid: () => child?.pid ?? 0,
    kill: (victim) => kill(processes(), victim),
    start: async () => {
      await place.postgres?.untilUp()
      child = spawnServer(place, options)
      await untilReady()
    },
    stop: stoppable(async () => {
      await terminate(10_000)
      await place.postgres?.stop()
      await killAll(processes)
      await place.door?.close()
      await sim.close()
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
    }),
  }
}

/** Where a package of this checkout lies; a run of many worlds makes it once, as that starts in half the time. Without it the sources are run. */
const PACKED = 'FAREBOX_WORLD_PACKAGE'

/** The file that a server begins with; another checkout's package is not this program. */
function programIn(checkout: string | undefined): string {
  const packed = process.env[PACKED] ?? ''
  return checkout === undefined && packed.startsWith(CHECKOUT) ? join(packed, 'server', 'control', 'main.js') : 'src/main.ts'
}

function spawnServer({ directory, dataDir, port, operatorPort, token, postgres, door }: Place, options: WorldOptions): ChildProcess {
  const output = openSync(join(directory, 'server.log'), 'a')
  const [program, ...before] = [...(options.runUnder ?? []), process.execPath]
  const checkout = options.checkout?.()
  const child = spawn(program, [...before, programIn(checkout), 'serve'], {
    cwd: checkout ?? CHECKOUT,
    stdio: ['ignore', output, output],
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      FAREBOX_LISTEN: `127.0.0.1:${port}`,
      FAREBOX_OPERATOR_LISTEN: `127.0.0.1:${operatorPort}`,
      FAREBOX_DATA_DIR: dataDir,
      FAREBOX_OPERATOR_TOKEN: token,
      FAREBOX_CONFIG: join(directory, 'farebox.yaml'),
      FAREBOX_GATEWAYS: String(options.gateways ?? 1),
      // All load comes from one address and often from one account.
      FAREBOX_ACCOUNT_CONCURRENT_CALLS: 'none',
      ...(postgres === undefined ? {} : { DATABASE_URL: postgres.connection }),
      FAREBOX_IP_CONCURRENT_CALLS: 'none',
      ...(door === undefined ? {} : { NODE_EXTRA_CA_CERTS: authoritiesIn(directory) }),
      ...options.env,
    },
  })
  closeSync(output)
  return child
}

function configOf(simUrl: string, { models = [], upstreams = [], payments, abuse, telegram, issuers, site }: WorldOptions): string {
  const all: readonly WorldModel[] = [
    { id: 'm-openai', upstream: 'oai', upstreamModel: 'sim-model' },
    { id: 'm-anthropic', upstream: 'ant', upstreamModel: 'sim-model' },
    { id: 'm-gemini', upstream: 'goo', upstreamModel: 'sim-model' },
    ...models,
  ]
  // JSON is YAML.
  return JSON.stringify({
    ...(payments !== undefined && { payments }),
    ...(abuse !== undefined && { abuse }),
    ...(telegram !== undefined && { telegram }),
    ...(issuers !== undefined && { issuers }),
    ...(site !== undefined && { site }),
    upstreams: [
      {
        ...{ id: 'oai', kind: 'openai', base_url: `${simUrl}/v1`, api_key: 'sk-upstream-world' },
        protocols: ['openai-chat', 'openai-responses'],
      },
      { id: 'ant', kind: 'anthropic', base_url: simUrl, api_key: 'sk-upstream-world' },
      { id: 'goo', kind: 'gemini', base_url: simUrl, api_key: 'sk-upstream-world' },
      // Servers of one's own, that speak one protocol, or several.
      {
        ...{ id: 'own', kind: 'openai-compatible', base_url: `${simUrl}/v1`, api_key: 'sk-upstream-world' },
        protocols: ['openai-chat', 'anthropic-messages'],
      },
      { id: 'chat', kind: 'openai-compatible', base_url: `${simUrl}/v1`, api_key: 'sk-upstream-world' },
      {
        ...{ id: 'resp', kind: 'openai-compatible', base_url: `${simUrl}/v1`, api_key: 'sk-upstream-world' },
        protocols: ['openai-responses'],
      },
      ...upstreams.map(({ id, kind, baseUrl, protocols }) => ({
        ...{ id, kind, base_url: baseUrl, api_key: 'sk-upstream-world' },
        ...(protocols === undefined ? {} : { protocols }),
      })),
    ],
    models: all.map(({ id, upstream, upstreamModel, context = 200_000, outputMax = 8192, price = DEFAULT_PRICE }) => ({
      ...{ id, context, output_max: outputMax },
      ...(price === 'none' ? {} : { price }),
      routes: [{ upstream, model: upstreamModel }],
    })),
  })
}

const DEFAULT_PRICE = { input: '3.00', output: '15.00' }

type Wait = { readonly millisMax: number; readonly hasEnded: () => boolean }

async function waitUntilReady(base: string, { millisMax, hasEnded }: Wait): Promise<number> {
  const began = performance.now()
  while (performance.now() - began < millisMax) {
    if (hasEnded()) throw new Error('the server ended')
    if (await isReady(base)) return performance.now() - began
    await sleep(POLL_MS)
  }
  throw new Error(`not ready after ${millisMax} ms`)
}

async function isReady(base: string): Promise<boolean> {
  try {
    const answer = await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(2000) })
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    // Nobody listens yet, or the answer took too long: not ready.
    return false
  }
}

async function kill(processes: readonly ServerProcess[], victim: Victim): Promise<number> {
  // The supervisor first, so that it starts nothing again; the database with its children, as when a machine kills it.
  const order: readonly ProcessRole[] = victim === 'all' ? ['supervisor', 'control', 'gateway', 'postgres', 'other'] : [victim]
  const hit = order.flatMap((role) => processes.filter((row) => row.role === role))
  for (const { pid } of hit) signal(pid, 'SIGKILL')
  const until = performance.now() + 5000
  while (hit.some(({ pid }) => isRunning(pid)) && performance.now() < until) await sleep(5)
  return hit.length
}

async function killAll(processes: () => readonly ServerProcess[]): Promise<void> {
  for (let round = 0; round < 20 && processes().some(({ pid }) => isRunning(pid)); round += 1) {
    await kill(processes(), 'all')
    await sleep(50)
  }
}
