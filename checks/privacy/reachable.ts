import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startSimUpstream } from '../../sim/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { ByteSearch, type Pattern } from './byte-search.ts'
import { makeCanary, patternsOf } from './canary.ts'
import { planCalls, Traffic } from './traffic.ts'

const GATEWAY = fileURLToPath(new URL('reachable-gateway.ts', import.meta.url))
const CALLS_AT_ONCE = 8
/** Connections, timers and retries of the last calls are over by then. */
const QUIET_MS = 3_000
/** Texts stand in a snapshot in their full length. */
const TEXT_CHARACTERS_MAX = 2_000_000

/**
 * PRV-07b: once its calls are over, however they ended, no object that a gateway can still reach holds a word of them: what is left in its memory is garbage,
 * which the next calls write over. A word that the process was told to keep is found.
 */
export async function reachable(context: CheckContext): Promise<Measured> {
  const sim = await startSimUpstream({ script: {}, keepBodies: false })
  const folder = mkdtempSync(join(tmpdir(), 'farebox-reachable-'))
  const child = spawn(
    process.execPath,
    ['--no-warnings', `--heap-snapshot-string-limit=${TEXT_CHARACTERS_MAX}`, GATEWAY, '--upstream', `http://127.0.0.1:${sim.port}`],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value))
  try {
    const { base, key } = (await next()) as { readonly base: string; readonly key: string }
    const traffic = new Traffic({ base, sim }, { rich: key, poor: key, limited: key })
    const made = [...(await traffic.makeAll(planCalls(context.n), CALLS_AT_ONCE)), ...(await traffic.askSurfaces())]
    await sleep(QUIET_MS)
    const kept = makeCanary()
    const snapshot = join(folder, 'heap')
    child.stdin.write(`${snapshot} ${kept}\n`)
    const { bufferBytes } = (await next()) as { readonly bufferBytes: number }
    const search = new ByteSearch(
      [...made.map(({ canary }) => canary), kept].flatMap((canary) => [...patternsOf(canary), ...wordsOf(canary)]),
    )
    const found = await canariesIn(snapshot, search)
    context.expect(found.delete(kept), 'blind: a word that the process keeps is not found')
    const endings = new Set(made.filter(({ canary }) => found.has(canary)).map(({ ending, protocol }) => `${ending.name} in ${protocol}`))
    context.expect(found.size === 0, `${found.size} of ${made.length} can still be reached: ${[...endings].slice(0, 10).join(', ')}`)
    return { n: made.length, measured: { reached: found.size, heapBytes: statSync(snapshot).size, bufferBytes } }
  } finally {
    child.stdin.end()
    await ended
    await sim.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What is cut in words keeps a canary in pieces; those that are too long to be met by chance stand for it. */
const wordsOf = (canary: string): readonly Pattern[] =>
  [...canary.matchAll(/[a-z]{10,}/gi)].map(([word]) => ({ bytes: Buffer.from(word), canary, form: 'word' }))

/** The canaries that stand in a file. */
async function canariesIn(path: string, search: ByteSearch): Promise<Set<string>> {
  const found = new Set<string>()
  let carry: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(path, { highWaterMark: 16_000_000 })) {
    const bytes = Buffer.concat([carry, chunk as Buffer])
    for (const { canary } of search.scan(bytes)) found.add(canary)
    carry = Buffer.from(bytes.subarray(Math.max(0, bytes.length - search.patternBytesMax)))
  }
  return found
}
