import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'
import { stoppable } from './harness/index.ts'

/** A Valkey or Redis of the system's packages, with a password, in a folder of its own. */
export type Valkey = {
  /** As an operator would set it for VALKEY_URL. */
  readonly url: string
  /** What it is: the name of the program. */
  readonly name: string
  /** Runs one command as its operator. */
  readonly ask: (command: string, ...values: readonly string[]) => Promise<unknown>
  /** Stops its process without ending it, and lets it go on. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** Kills it; what it had is gone. */
  readonly kill: () => Promise<void>
  /** Starts it again on its port. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

const PROGRAMS = ['/usr/bin/valkey-server', '/usr/bin/redis-server', '/usr/local/bin/valkey-server', '/usr/local/bin/redis-server']
const START_MS_MAX = 5_000
const PASSWORD = 'valkey-of-a-world'

/** Why there is none to be had here; undefined when there is. */
export const valkeyMissing = (): string | undefined =>
  PROGRAMS.some(existsSync) ? undefined : 'neither valkey-server nor redis-server lies in /usr/bin (apt-get install redis-server)'

/** Starts one on a port of its own. */
export async function startValkey(): Promise<Valkey> {
  const program = PROGRAMS.find(existsSync)
  if (program === undefined) throw new Error(valkeyMissing())
  const folder = mkdtempSync(join(tmpdir(), 'farebox-valkey-'))
  const port = await freePort()
  const url = `valkey://:${PASSWORD}@127.0.0.1:${port}`
  let child: ChildProcess | undefined
  const ask = async (command: string, ...values: readonly string[]): Promise<unknown> => {
    const redis = new Redis({
      port,
      host: '127.0.0.1',
      password: PASSWORD,
      lazyConnect: true,
      retryStrategy: () => null,
      commandTimeout: 2_000,
    })
    redis.on('error', () => undefined)
    try {
      await redis.connect()
      return await redis.call(command, [...values])
    } finally {
      redis.disconnect()
    }
  }
  const start = async (): Promise<void> => {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--requirepass', PASSWORD, '--save', '', '--appendonly', 'no']
    child = spawn(program, [...options, '--dir', folder], { stdio: 'ignore' })
    const until = performance.now() + START_MS_MAX
    while ((await ask('PING').catch(() => undefined)) !== 'PONG') {
      if (performance.now() > until) throw new Error(`${program} did not answer within ${START_MS_MAX} ms`)
      await sleep(20)
    }
  }
  const kill = async (): Promise<void> => {
    const dying = child
    child = undefined
    if (dying === undefined || dying.exitCode !== null) return
    const ended = new Promise((resolve) => dying.once('exit', resolve))
    dying.kill('SIGKILL')
    await ended
  }
  await start()
  return {
    ...{ url, ask, start, kill, name: program },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    stop: stoppable(async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    }),
  }
}
