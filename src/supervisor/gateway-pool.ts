import type { Clock, Ids, Log } from '../lib/index.ts'
import type { GatewaySettings, GatewayStart, ToGateway } from '../spec/index.ts'
import { BackOff, type Child, type ChildPlan, ended, startChild } from './child.ts'
import { entryOf } from './entries.ts'
import type { ListeningHandle } from './listening-handle.ts'
import { HEAP_ARGUMENTS, MALLOC_ENVIRONMENT } from './memory.ts'

/** How many gateways, how long each lives, and what they are told. */
export type GatewayPoolOptions = {
  readonly root: string
  readonly count: number
  readonly recycleMs: number
  readonly drainMs: number
  readonly tls: GatewaySettings['tls']
  /** A file of certificates that upstreams are trusted by beside those that Node knows. */
  readonly authorities: string | undefined
  readonly handle: ListeningHandle
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

/** What gateways can only be told when control is ready. */
export type Reach = Pick<GatewayStart, 'channelPath' | 'settings'>

const SETTLE_MS = 5_000
/** Copies of the listening handle for each gateway: as many new connections are let in by each turn of its event loop. */
const LISTENING = 8

/** The gateway processes: as many as are wanted, started again when they die, replaced by fresh ones after a time. */
export class GatewayPool {
  readonly #options: GatewayPoolOptions
  readonly #children = new Set<Child>()
  readonly #timers = new Set<NodeJS.Timeout>()
  /** Those that have read their code, or do, and wait to be started. */
  readonly #loaded: Child[] = []
  #reach: Reach | undefined
  #isStopping = false

  constructor(options: GatewayPoolOptions) {
    this.#options = options
  }

  /** Has the first ones read their code, which takes as long as control takes to be ready. */
  load(): void {
    for (let count = 0; count < this.#options.count; count += 1) this.#loaded.push(this.#spawn())
  }

  /** Starts them; resolves when each listens or has ended: whether there is one that listens. */
  async start(reach: Reach): Promise<boolean> {
    this.#reach = reach
    const starts = Array.from({ length: this.#options.count }, () => this.#run(new BackOff(this.#options.clock)))
    return (await Promise.all(starts)).includes(true)
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
    const child = this.#loaded.pop() ?? this.#spawn()
    backOff.started()
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
    child.once('exit', (code: number | null, signal: NodeJS.Signals | null) => {
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

  #spawn(): Child {
    const child = startChild(gatewayPlan(this.#options.root, this.#options))
    this.#children.add(child)
    child.once('exit', () => {
      this.#children.delete(child)
      const place = this.#loaded.indexOf(child)
      if (place >= 0) this.#loaded.splice(place, 1)
    })
    return child
  }

  /** Tells a gateway to begin; one that could not be made ends in a moment and is told nothing. */
  #start(child: Child): void {
    const { ids, drainMs, handle } = this.#options
    if (this.#reach === undefined) throw new TypeError('control is not ready')
    if (child.pid === undefined) return
    const start = { ...this.#reach, gatewayId: ids.uuid(), drainMs }
    for (let more = 1; more < LISTENING; more += 1) child.send({ type: 'handle' } satisfies ToGateway, handle)
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

function tell(child: Child, message: ToGateway): void {
  if (child.connected) child.send(message)
}

/**
 * How a gateway is started: under Node's permission model with nothing to read but its own code and its certificate, no files to write, no child processes,
 * no worker threads; with nothing in its environment but how memory is given back and whom upstreams are vouched for by, and no output, as words of its could
 * hold content. Nothing in it makes code of text.
 */
export const gatewayPlan = (
  root: string,
  { tls, authorities }: Partial<Pick<GatewayPoolOptions, 'tls' | 'authorities'>> = {},
): ChildPlan => ({
  entry: entryOf(root, 'gateway').file,
  nodeArguments: [
    '--permission',
    ...entryOf(root, 'gateway').code.map((path) => `--allow-fs-read=${path}`),
    ...(tls === undefined ? [] : [`--allow-fs-read=${tls.certPath}`, `--allow-fs-read=${tls.keyPath}`]),
    // To throw instead would end the process at the first header of that name, which Node's own parser assigns.
    '--disable-proto=delete',
    '--disallow-code-generation-from-strings',
    '--disable-sigusr1',
    '--no-warnings',
    ...HEAP_ARGUMENTS,
  ],
  environment: authorities === undefined ? MALLOC_ENVIRONMENT : { ...MALLOC_ENVIRONMENT, NODE_EXTRA_CA_CERTS: authorities },
  showsOutput: false,
})
