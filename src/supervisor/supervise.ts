import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Clock, Ids, Log } from '../lib/index.ts'
import type { FromControl, GatewaySettings, Problem, ToControl } from '../spec/index.ts'
import { certificateProblems } from './certificate-problems.ts'
import { BackOff, type Child, ended, startChild } from './child.ts'
import { keepMemoryOutOfCores } from './core-files.ts'
import { entryOf } from './entries.ts'
import { GatewayPool } from './gateway-pool.ts'
import { bindHandle, type ListeningHandle, probe } from './listening-handle.ts'
import { HEAP_ARGUMENTS, MALLOC_ENVIRONMENT } from './memory.ts'

/** What a Farebox is started with; `root` is the folder that holds src/. */
export type SuperviseOptions = {
  readonly root: string
  readonly config: Config
  /** What control's environment is; gateways have of it whom upstreams are vouched for by. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

/** What people are told when all is up. */
export type Ready = { readonly operatorTokenPath: string | undefined; readonly demoKey: string | undefined }

/** Why a start was given up. */
export type Refusal = { readonly exitCode: number; readonly problems: readonly Problem[]; readonly code: string; readonly message: string }

/** A running Farebox. */
export type Supervised = { readonly ready: Ready; readonly stop: () => Promise<void> }

const CONTROL_STOP_MS = 15_000

/** Starts control, then the gateways, and keeps both running. Holds the listening handle, but no content and no connection to the database. */
export async function supervise(options: SuperviseOptions): Promise<Supervised | Refusal> {
  keepMemoryOutOfCores()
  const problems = certificateProblems(options.config)
  if (problems.length > 0) return { exitCode: 78, problems, code: 'config_refused', message: '' }
  const bound = await bindPublic(options.config)
  if ('exitCode' in bound) return bound
  const { config, root, environment, clock, ids, log } = options
  const pool = new GatewayPool({
    ...{ root, clock, ids, log, handle: bound.handle, tls: config.tls },
    authorities: environment['NODE_EXTRA_CA_CERTS'],
    count: config.gateways,
    recycleMs: config.gatewayRecycleSeconds * 1000,
    drainMs: config.drainSeconds * 1000,
  })
  const control = new ControlKeeper(options)
  const starting = control.start()
  pool.load()
  const started = await starting
  if (started.type !== 'ready') {
    await Promise.all([pool.stop(), control.stop()])
    return refusalOf(started)
  }
  if (!(await pool.start({ channelPath: started.channelPath, settings: settingsOf(config, started.httpPath) }))) {
    await Promise.all([pool.stop(), control.stop()])
    return NO_GATEWAY
  }
  return {
    ready: started,
    stop: async () => {
      control.noteStopping()
      const ended = pool.stop()
      // Where the last gateway stops accepting, who comes is refused, and waits in no queue that nobody reads.
      bound.handle.close()
      await ended
      await control.stop()
    },
  }
}

const NO_GATEWAY: Refusal = {
  ...{ exitCode: 1, problems: [], code: 'gateway_died' },
  message: 'No gateway came up, so nobody could be served. Run farebox doctor, and look for gateway-died in the log.',
}

const settingsOf = (config: Config, controlHttpPath: string): GatewaySettings => ({
  bodyBytesMax: config.bodyBytesMax,
  ...config.upstreamTimeouts,
  controlHttpPath,
  tls: config.tls,
  trustedProxies: config.trustedProxies.map(({ address, prefix }) => `${address}/${prefix}`),
  isEdgeOnly: config.isEdgeOnly,
})

async function bindPublic(config: Config): Promise<{ readonly handle: ListeningHandle } | Refusal> {
  try {
    await probe(config.listen)
    return { handle: bindHandle(config.listen) }
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'ERR_LISTEN'
    const { host, port } = config.listen
    const message = `Farebox cannot listen on ${host}:${port} (${code}). Free the port, or set FAREBOX_LISTEN to another.`
    return { exitCode: 1, problems: [], code, message }
  }
}

function refusalOf(message: Exclude<FromControl, { type: 'ready' | 'sandbox-wanted' }>): Refusal {
  if (message.type === 'refused') return { exitCode: 78, problems: message.problems, code: 'config_refused', message: '' }
  return { exitCode: 1, problems: [], code: message.code, message: message.message }
}

type Answer = Exclude<FromControl, { type: 'sandbox-wanted' }>

/** The control process, started again when it dies, and the sandbox it may want. */
class ControlKeeper {
  readonly #options: SuperviseOptions
  readonly #backOff: BackOff
  #child: Child | undefined
  #sandbox: Child | undefined
  #sandboxPort: number | undefined
  #isStopping = false
  #hasBeenReady = false

  constructor(options: SuperviseOptions) {
    this.#options = options
    this.#backOff = new BackOff(options.clock)
  }

  /** Starts control; resolves with its first word: ready, refused or failed. */
  start(): Promise<Answer> {
    const entry = entryOf(this.#options.root, 'control').file
    const nodeArguments = ['--disable-proto=delete', '--disable-sigusr1', '--no-warnings', ...HEAP_ARGUMENTS]
    const environment = { ...MALLOC_ENVIRONMENT, ...this.#options.environment, NODE_COMPILE_CACHE: compileCacheOf(this.#options.root) }
    const child = startChild({ entry, nodeArguments, environment, showsOutput: true })
    this.#child = child
    this.#backOff.started()
    return new Promise((resolve) => {
      child.on('message', (message: FromControl) => {
        if (message.type === 'sandbox-wanted') this.#startSandbox(child)
        else {
          this.#hasBeenReady ||= message.type === 'ready'
          resolve(message)
        }
      })
      child.once('exit', (code: number | null, signal: NodeJS.Signals | null) => {
        resolve({ type: 'failed', code: 'control_died', message: `Control ended (${signal ?? code ?? 'unknown'}) before it was ready.` })
        this.#onExit(code, signal)
      })
    })
  }

  noteStopping(): void {
    this.#isStopping = true
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    if (this.#child?.connected === true) this.#child.send({ type: 'stop' } satisfies ToControl)
    if (this.#child !== undefined) await ended(this.#child, CONTROL_STOP_MS)
    this.#sandbox?.kill('SIGKILL')
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#isStopping || !this.#hasBeenReady) return
    this.#options.log({ event: 'control-died', code: code ?? 0, signal: signal ?? 'none' })
    setTimeout(() => {
      if (!this.#isStopping) void this.start()
    }, this.#backOff.nextDelayMs())
  }

  #startSandbox(control: Child): void {
    const answer = (port: number): void => {
      this.#sandboxPort = port
      if (control.connected) control.send({ type: 'sandbox', port } satisfies ToControl)
    }
    if (this.#sandboxPort !== undefined && this.#sandbox?.exitCode === null) {
      answer(this.#sandboxPort)
      return
    }
    const entry = entryOf(this.#options.root, 'sandbox').file
    const nodeArguments = ['--disable-proto=delete', '--no-warnings']
    this.#sandbox = startChild({ entry, nodeArguments, environment: {}, showsOutput: false })
    this.#sandbox.once('message', ({ port }: { readonly port: number }) => answer(port))
  }
}

/** Where Node keeps what it compiled, so that the next start need not; of code alone, and without it where it cannot be written. */
const compileCacheOf = (root: string): string => join(root, 'node_modules', '.cache', 'farebox')
