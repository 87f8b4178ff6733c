import type { ChildProcess } from 'node:child_process'
import type { Clock, Ids, Log } from '../lib/index.ts'
import type { GatewaySettings, ToGateway } from '../spec/index.ts'
import { BackOff, type ChildPlan, ended, startChild } from './child.ts'
import { entryOf } from './entries.ts'
import type { ListeningHandle } from './listening-handle.ts'

/** How many gateways, how long each lives, and what they are told. */
export type GatewayPoolOptions = {
  readonly root: string
  readonly count: number
  readonly recycleMs: number
  readonly drainMs: number
  readonly channelPath: string
  readonly settings: GatewaySettings
  readonly handle: ListeningHandle
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

const SETTLE_MS = 5_000

/** The gateway processes: as many as are wanted, started again when they die, replaced by fresh ones after a time. */
export class GatewayPool {
  readonly #options: GatewayPoolOptions
  readonly #children = new Set<ChildProcess>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #isStopping = false

  constructor(options: GatewayPoolOptions) {
    this.#options = options
  }

  /** Starts them; resolves when all listen. */
  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.count }, () => this.#run(new BackOff(this.#options.clock))))
  }

  /** Tells all to end with their open calls and waits for it. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (const timer of this.#timers) clearTimeout(timer)
    const children = [...this.#children]
    for (const child of children) child.kill('SIGTERM')
    await Promise.all(children.map((child) => ended(child, this.#options.drainMs + SETTLE_MS)))
  }

  /**
   * Starts one gateway and resolves when it listens (true) or has ended before; it has successors for as long as the pool runs. A successor
   * that ends before it listens is not started again: its predecessor, which serves on, asks for another.
   */
  #run(backOff: BackOff, isSuccessor = false): Promise<boolean> {
    const child = startChild(gatewayPlan(this.#options.root, this.#options.settings.tls))
    backOff.started()
    this.#children.add(child)
    this.#start(child)
    let isListening = false
    let isRetired = false
    const replace = async (): Promise<void> => {
      isRetired = true
      // The successor listens before the old one stops accepting.
      if (await this.#run(backOff, true)) tell(child, { type: 'retire' })
      else if (!this.#isStopping) this.#later(backOff.nextDelayMs(), () => void replace())
    }
    let recycle: NodeJS.Timeout | undefined
    child.once('exit', (code, signal) => {
      this.#children.delete(child)
      if (recycle !== undefined) this.#cancel(recycle)
      if (isRetired || this.#isStopping) return
      this.#options.log({ event: 'gateway-died', code: code ?? 0, signal: signal ?? 'none' })
      if (!isSuccessor || isListening) this.#later(backOff.nextDelayMs(), () => void this.#run(backOff))
    })
    return new Promise((resolve) => {
      child.once('message', () => {
        isListening = true
        recycle = this.#later(this.#options.recycleMs, () => void replace())
        resolve(true)
      })
      child.once('exit', () => resolve(false))
    })
  }

  #start(child: ChildProcess): void {
    const { ids, channelPath, drainMs, settings, handle } = this.#options
    const start = { gatewayId: ids.uuid(), channelPath, drainMs, settings }
    child.send({ type: 'start', start } satisfies ToGateway, handle)
  }

  #later(millis: number, work: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      work()
    }, millis)
    this.#timers.add(timer)
    return timer
  }

  #cancel(timer: NodeJS.Timeout): void {
    clearTimeout(timer)
    this.#timers.delete(timer)
  }
}

function tell(child: ChildProcess, message: ToGateway): void {
  if (child.connected) child.send(message)
}

/**
 * How a gateway is started: under Node's permission model with nothing to read but its own code and its certificate, no files to write, no child processes,
 * no worker threads; with an empty environment and no output, as words of its could hold content. Nothing in it makes code of text.
 */
export const gatewayPlan = (root: string, tls?: GatewaySettings['tls']): ChildPlan => ({
  entry: entryOf(root, 'gateway').file,
  nodeArguments: [
    '--permission',
    ...entryOf(root, 'gateway').code.map((path) => `--allow-fs-read=${path}`),
    ...(tls === undefined ? [] : [`--allow-fs-read=${tls.certPath}`, `--allow-fs-read=${tls.keyPath}`]),
    // Not "throw": a header of this name would end the process within Node's own parser.
    '--disable-proto=delete',
    '--disallow-code-generation-from-strings',
    '--disable-sigusr1',
    '--no-warnings',
    // Young objects die young where there is room from the start; grown into it, a fifth of a call's time goes to those that did not.
    '--min-semi-space-size=16',
    '--max-semi-space-size=16',
  ],
  environment: {},
  showsOutput: false,
})
