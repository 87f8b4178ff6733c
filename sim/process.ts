import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { SimCall } from './calls.ts'
import type { SimScript } from './script.ts'
import type { SimUpstreamOptions } from './upstream.ts'

/** A fake upstream in a process of its own, for measurements that its work must not disturb. Scripts are data here. */
export type SimProcess = {
  readonly pid: number
  readonly port: number
  readonly url: string
  readonly script: (script: SimScript) => Promise<void>
  /** The calls so far, without bodies; waits until none is open. */
  readonly calls: () => Promise<readonly SimCall[]>
  readonly forget: () => Promise<void>
  readonly close: () => Promise<void>
}

/** What the child is asked; each message is answered with one. */
export type SimOrder = { readonly do: 'script'; readonly script: SimScript } | { readonly do: 'calls' | 'forget' }

/** What the child answers. */
export type SimReport = { readonly port?: number; readonly calls?: readonly SimCall[] }

/** Starts a fake upstream in a child process; it ends with its parent. */
export async function startSimProcess(options: SimUpstreamOptions & { readonly script?: SimScript } = {}): Promise<SimProcess> {
  const child = fork(fileURLToPath(new URL('./process-child.ts', import.meta.url)), [JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const report = (): Promise<SimReport> =>
    new Promise((resolve, reject) => {
      const onMessage = (message: unknown): void => {
        child.off('exit', onExit)
        resolve(message as SimReport)
      }
      const onExit = (): void => reject(new Error('the simulated upstream ended'))
      child.once('exit', onExit)
      child.once('message', onMessage)
    })
  let last: Promise<unknown> = Promise.resolve()
  const order = (message: SimOrder): Promise<SimReport> => {
    // One at a time, so that each answer belongs to its order.
    const next = last.then(() => {
      const answer = report()
      child.send(message)
      return answer
    })
    last = next
    return next
  }
  const { port = 0 } = await report()
  return {
    pid: child.pid ?? 0,
    port,
    url: `http://127.0.0.1:${port}`,
    script: async (script) => void (await order({ do: 'script', script })),
    calls: async () => (await order({ do: 'calls' })).calls ?? [],
    forget: async () => void (await order({ do: 'forget' })),
    close: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill()
      }),
  }
}
