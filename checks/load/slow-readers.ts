import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { CheckContext, Measured } from '../harness/index.ts'
import { until } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'
import { kernelBytes } from './kernel-bytes.ts'
import { startPlainUpstream } from './start-plain-upstream.ts'
import { sample, watchDuring } from './watch-processes.ts'

const READER = fileURLToPath(new URL('slow-reader.ts', import.meta.url))
const SECONDS = 20
const BYTES_PER_SECOND = 100
const TOKENS = 2_000_000
const AHEAD_BYTES_MAX = 256 * 1024
const MORE_BYTES_MAX = 200_000_000
const GONE_MS_MAX = 30_000

/**
 * LOD-06: clients that read 100 bytes a second of streams that an upstream sends as fast as they are taken, over connections of their own and
 * over shared ones. What the gateway has read of an upstream and its client has not got is 256 kB at most, beside what the kernel holds of both
 * connections, which on one host is megabytes; the gateway takes 200 MB more at most; and once they have left, nothing is held.
 */
export async function slowReaders(context: CheckContext): Promise<Measured> {
  const alone = await readSlowly(context, false)
  const shared = await readSlowly(context, true)
  const measured = { ...alone, ...Object.fromEntries(Object.entries(shared).map(([name, figure]) => [`shared_${name}`, figure])) }
  return { n: context.n, measured: { seconds: SECONDS, ...measured } }
}

async function readSlowly(context: CheckContext, isShared: boolean): Promise<Record<string, number>> {
  const upstream = await startPlainUpstream({ tokens: TOKENS, every: 0, isShared })
  const env = { FAREBOX_GATEWAY_RECYCLE_SECONDS: '86400', ...upstream.env }
  const world = await startWorld({ ...upstream.world, gateways: 1, env })
  try {
    const customer = await world.operator.customer('1000.00')
    const before = await sample(world)
    const reading = startReaders(world, { key: customer.key, readers: context.n })
    const { result: told, samples } = await watchDuring(world, 1_000, reading.told)
    const inKernel = kernelBytes([world.port, Number(new URL(upstream.base).port)])
    const counts = await upstream.counts()
    reading.leave()
    const ahead = Math.round((counts.bytes - told.read - inKernel) / context.n)
    const more = Math.max(...samples.map(({ gatewayBytes }) => gatewayBytes)) - before.gatewayBytes
    context.expect(told.answered === context.n, `blind: ${told.answered} of ${context.n} were answered`)
    context.expect(told.ended === 0, `${told.ended} streams ended`)
    context.expect(ahead <= AHEAD_BYTES_MAX, `the gateway has ${ahead} bytes for a client, not ${AHEAD_BYTES_MAX}`)
    context.expect(more <= MORE_BYTES_MAX, `the gateway takes ${more} bytes more`)
    const held = await until(
      async () => (await world.operator.balance(customer.id)).held,
      (amount) => amount === 0n,
      GONE_MS_MAX,
    )
    if (isShared)
      context.expect((counts.connections ?? 0) <= Math.ceil(context.n / 10), `${counts.connections} connections are no shared ones`)
    context.expect(held === 0n, `${held} is held for clients that have left`)
    const { ok, problems } = await world.operator.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    return {
      ...{ bytes_read_each: Math.round(told.read / context.n), bytes_in_gateway_each: ahead },
      ...{ bytes_in_kernel_each: Math.round(inKernel / context.n), gateway_bytes_more: more },
      ...(counts.connections === undefined ? {} : { connections: counts.connections }),
    }
  } finally {
    await world.stop()
    await upstream.stop()
  }
}

type ReadersTold = { readonly answered: number; readonly read: number; readonly ended: number }

function startReaders({ base }: World, { key, readers }: { readonly key: string; readonly readers: number }) {
  const how = { base, readers, bytes: BYTES_PER_SECOND, seconds: SECONDS }
  const args = Object.entries(how).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(process.execPath, ['--no-warnings', READER, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, CALLER_KEYS: key },
  })
  const told = async (): Promise<ReadersTold> => {
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    return JSON.parse(line) as ReadersTold
  }
  return { told, leave: () => child.stdin.end() }
}
