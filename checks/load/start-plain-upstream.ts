import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { WorldModel, WorldUpstream } from '../world.ts'

const UPSTREAM = fileURLToPath(new URL('plain-upstream.ts', import.meta.url))
const SHARED_UPSTREAM = fileURLToPath(new URL('plain-shared-upstream.ts', import.meta.url))

const CHEAP = { input: '0.01', output: '0.01' }

/** How it answers: milliseconds before the first byte, chunks of a stream, milliseconds between them. */
export type PlainManner = { readonly first?: number; readonly tokens?: number; readonly every?: number }

/** `isShared`: over TLS and in HTTP/2, for streams alone. */
export type PlainOptions = PlainManner & { readonly isShared?: boolean }

/** What it saw: calls, streams among them, streams that it sent whole, that were left, and that are open; bytes of streams without a pace. */
export type PlainCounts = { readonly [name in 'calls' | 'streams' | 'ended' | 'left' | 'open' | 'bytes']: number } & {
  /** Where it is shared. */
  readonly connections?: number
}

/** An upstream that costs next to nothing, so that what is measured is Farebox; it knows no tokens and keeps nothing. */
export type PlainUpstream = {
  /** Where it is called itself, without /v1. */
  readonly base: string
  /** What a world takes to serve the model `m-plain` from it, and `m-endless`, which may be asked for two million tokens. */
  readonly world: { readonly upstreams: readonly WorldUpstream[]; readonly models: readonly WorldModel[] }
  /** What the server needs in its environment to trust it. */
  readonly env: Readonly<Record<string, string>>
  readonly counts: () => Promise<PlainCounts>
  readonly stop: () => Promise<void>
}

/** Starts it in a process of its own. */
export async function startPlainUpstream({ isShared = false, ...manner }: PlainOptions = {}): Promise<PlainUpstream> {
  const args = Object.entries(manner).flatMap(([name, value]) => [`--${name}`, String(value)])
  const file = isShared ? SHARED_UPSTREAM : UPSTREAM
  const child = spawn(process.execPath, ['--no-warnings', file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value))
  const { port, cert } = (await next()) as { readonly port: number; readonly cert?: string }
  const base = isShared ? `https://localhost:${port}` : `http://127.0.0.1:${port}`
  const folder = mkdtempSync(join(tmpdir(), 'farebox-plain-'))
  const authorities = join(folder, 'authorities.pem')
  if (cert !== undefined) writeFileSync(authorities, cert)
  return {
    base,
    env: cert === undefined ? {} : { NODE_EXTRA_CA_CERTS: authorities },
    world: {
      upstreams: [{ id: 'plain', kind: 'openai', baseUrl: `${base}/v1` }],
      models: [
        { id: 'm-plain', upstream: 'plain', upstreamModel: 'sim-model' },
        { id: 'm-endless', upstream: 'plain', upstreamModel: 'sim-model', context: 4_000_000, outputMax: 2_000_000, price: CHEAP },
      ],
    },
    counts: async () => {
      child.stdin.write('counts\n')
      return (await next()) as PlainCounts
    },
    stop: async () => {
      await stop(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.stdin?.end()
  await ended
}
