import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CheckContext, Measured } from '../harness/index.ts'
import { needProgram } from '../system-program.ts'
import { startWorld, type World } from '../world.ts'
import { makeCanary, patternsOf } from './canary.ts'
import { portsOf, readTrace, type Trace, traceWritten, tracing } from './trace.ts'
import { IMPATIENT, type MadeCall, MODELS, type PlannedCall, planCalls, Traffic } from './traffic.ts'

const CALLS_AT_ONCE = 6
const TURNS = 3
const TURNED_AWAY = 503
const RUN_MS_MAX = 30_000

/**
 * PRV-03: each write of each process of a server is seen by the kernel, and those that hold a canary go to the client or to the upstream.
 * Files that are mapped and rings of io_uring would pass unseen, so there are none. Two leaks on purpose are both named.
 */
export async function syscalls(context: CheckContext): Promise<Measured> {
  needProgram('strace', 'strace')
  const folder = mkdtempSync(join(tmpdir(), 'farebox-trace-'))
  try {
    await expectLeaksNamed(context, folder)
    const file = join(folder, 'trace')
    const { made, ports, gateways } = await drive(context, file)
    const trace = await readTrace(
      file,
      made.flatMap(({ canary, texts }) => patternsOf(canary, texts)),
    )
    judge(context, { trace, ports })
    const toSockets = trace.held.length
    const statuses = made.map(({ answer }) => answer.status).join(' ')
    context.expect(toSockets > context.n, `blind: only ${toSockets} writes with a canary were seen, in calls answered ${statuses}`)
    return {
      n: made.length,
      measured: { tracedCalls: trace.calls, writesWithCanary: toSockets, ringsRefused: trace.ringsRefused, gateways: gateways.length },
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Ports = { readonly client: number; readonly upstream: number }
type Driven = { readonly made: readonly MadeCall[]; readonly ports: Ports; readonly gateways: readonly number[] }

async function drive(context: CheckContext, file: string): Promise<Driven> {
  const world = await startWorld({
    gateways: 1,
    models: MODELS,
    runUnder: tracing(file),
    env: { ...IMPATIENT, UV_USE_IO_URING: '0', FAREBOX_LOG: 'debug' },
  })
  try {
    const rich = await world.operator.customer('100000.00')
    const poor = await world.operator.customer('0.000000001')
    const traffic = new Traffic(world, { rich: rich.key, poor: poor.key, limited: poor.key })
    const made: MadeCall[] = []
    let planned: readonly PlannedCall[] = planCalls(context.n)
    // A traced server is slow, and may turn calls away that are to be tried again.
    for (let turn = 0; turn < TURNS && planned.length > 0; turn += 1) {
      const lately = await traffic.makeAll(planned, CALLS_AT_ONCE)
      made.push(...lately)
      planned = lately.filter(({ answer }) => answer.status === TURNED_AWAY)
    }
    context.progress(`${made.length} calls made`)
    const gateways = gatewaysOf(world)
    context.expect(gateways.length > 0, 'blind: no gateway was found among the traced processes')
    for (const pid of gateways) expectNoSharedMaps(context, pid)
    return { made, ports: { client: world.port, upstream: world.sim.port }, gateways }
  } finally {
    await world.stop()
    await traceWritten(file)
  }
}

const gatewaysOf = (world: World): readonly number[] => world.pidsOf('gateway')

/** A file that is mapped to be written would be written without a call. */
function expectNoSharedMaps(context: CheckContext, pid: number): void {
  const shared = readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .filter((line) => /^\S+ .w.s .*\//.test(line) && !line.includes('/dev/zero'))
  context.expect(shared.length === 0, `a gateway has mapped to be written: ${shared[0]}`)
}

type Judgement = { readonly trace: Trace; readonly ports: Ports }

function judge(context: CheckContext, { trace, ports }: Judgement): void {
  for (const { to, form } of trace.held) {
    const at = portsOf(to)
    const isAllowed = at !== undefined && (at.local === ports.client || at.remote === ports.upstream)
    context.expect(isAllowed, `a canary (${form}) was written to ${to === '' ? 'something without a name' : to}`)
  }
  context.expect(trace.rings === 0, `${trace.rings} rings were made, whose writes are not seen`)
}

/** The positive controls: a program that leaks to a file and to its output, and sends what it may, is judged in the same way. */
async function expectLeaksNamed(context: CheckContext, folder: string): Promise<void> {
  const [toFile, toOutput, toSocket] = [makeCanary(), makeCanary(), makeCanary()]
  const server = net.createServer((socket) => void socket.resume().on('error', () => socket.destroy()))
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  const code = `require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'leaked'))}, '${toFile}')
    process.stderr.write('${toOutput}')
    const socket = require('node:net').connect(${port}, '127.0.0.1', () => socket.end('${toSocket}'))`
  const file = join(folder, 'control')
  const [program = '', ...more] = tracing(file)
  // A tracer of its own ends with what it traces, so that its file is whole.
  const args = more.filter((argument) => argument !== '-D')
  await new Promise<void>((resolve) => {
    const child = spawn(program, [...args, process.execPath, '-e', code], { stdio: 'ignore', timeout: RUN_MS_MAX, killSignal: 'SIGKILL' })
    child.once('error', () => resolve())
    child.once('close', () => resolve())
  })
  server.close()
  const trace = await readTrace(
    file,
    [toFile, toOutput, toSocket].flatMap((canary) => patternsOf(canary)),
  )
  const places = (canary: string): readonly string[] => trace.held.filter((write) => write.canary === canary).map(({ to }) => to)
  context.expect(
    places(toFile).some((to) => to.endsWith('/leaked')),
    'blind: a leak into a file is not named',
  )
  context.expect(
    places(toOutput).some((to) => portsOf(to) === undefined),
    'blind: a leak to the output is not named',
  )
  context.expect(
    places(toSocket).some((to) => portsOf(to)?.remote === port),
    'blind: what is sent over TCP is not seen as that',
  )
}
