import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { call } from '../calls.ts'
import { type CheckContext, type Measured, timeLimit } from '../harness/index.ts'
import { quantile } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'
import { type Ended, serveOnce } from './serve-once.ts'

const EXIT_MS_MAX = 2000

/** CRA-04: a second server on the same data directory ends soon, says why, and disturbs nothing. */
export async function twoServers(context: CheckContext): Promise<Measured> {
  const world = await startWorld()
  try {
    const customer = await world.operator.customer('10.00')
    const before = { pids: pidsOf(world), files: filesOf(world.dataDir) }
    const millis: number[] = []
    for (let index = 0; index < context.n; index += 1) {
      const ended = await startSecond(world)
      millis.push(ended.millis)
      context.expect(ended.code === 1, `the second server ended with ${ended.code}`)
      context.expect(ended.output.includes('data_dir_locked'), `the second server said: ${ended.output.slice(0, 300)}`)
      context.expect(ended.millis <= timeLimit(context, EXIT_MS_MAX), `the second server took ${Math.round(ended.millis)} ms to end`)
      const answer = await call({ base: world.base, key: customer.key, protocol: 'openai' })
      context.expect(answer.status === 200, `the first server answered ${answer.status}`)
    }
    context.expect(pidsOf(world) === before.pids, 'processes of the first server were replaced')
    context.expect(filesOf(world.dataDir) === before.files, 'files of the data directory came or went')
    const { ok, problems } = await world.operator.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    return { n: context.n, measured: { exit_ms_max: quantile(millis, 1) } }
  } finally {
    await world.stop()
  }
}

/** The processes that serve; the database's own helpers come and go. */
const pidsOf = (world: World): string =>
  world
    .processes()
    .filter(({ role }) => role !== 'other')
    .map(({ pid, role }) => `${role} ${pid}`)
    .sort()
    .join(', ')

/** Names and owners of what lies in the data directory outside of the database's cluster, which writes as it likes. */
const filesOf = (dataDir: string): string =>
  readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith(join('postgres', 'data')))
    .map((name) => `${name} ${statSync(join(dataDir, name)).ino}`)
    .sort()
    .join('\n')

const startSecond = (world: World): Promise<Ended> =>
  serveOnce({ FAREBOX_DATA_DIR: world.dataDir, FAREBOX_CONFIG: join(world.directory, 'farebox.yaml') })
