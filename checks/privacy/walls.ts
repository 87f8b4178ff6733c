import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CONTROL_MESSAGES, GATEWAY_MESSAGES, type MessageTable } from '../../src/channel/index.ts'
import { connect, sql } from '../../src/db/index.ts'
import { errorCode } from '../../src/lib/index.ts'
import { gatewayPlan } from '../../src/supervisor/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { startWorld, type World } from '../world.ts'
import { checkPathTable } from './wall-paths.ts'
import { probeGateway } from './wall-probe.ts'

/** WALL-01: what sees content cannot write, start, or reach the database; what writes is never sent content. */
export async function walls(context: CheckContext): Promise<Measured> {
  const paths = await checkPathTable(context)
  const fields = checkMessages(context)
  const world = await startWorld({ gateways: 2 })
  try {
    const attempts = await checkProbe(context, world)
    const handles = checkGateways(context, world)
    const connections = await checkDatabase(context, world)
    const frames = await checkChannel(context, world)
    return {
      n: paths + attempts + connections + frames,
      measured: { paths, attempts, connections, frames, handles, messageFields: fields },
    }
  } finally {
    await world.stop()
  }
}

const NARROW: ReadonlySet<string> = new Set(['u8', 'u16', 'u32', 'u64', 'money', 'uuid', 'hash'])

function checkMessages(context: CheckContext): number {
  const tables: readonly MessageTable[] = [GATEWAY_MESSAGES, CONTROL_MESSAGES]
  const fields = tables.flatMap((table) =>
    Object.entries(table).flatMap(([name, message]) => Object.entries(message).map((field) => [name, ...field])),
  )
  for (const [message, field, type = ''] of fields)
    context.expect(NARROW.has(type), `${message}.${field} is ${type}, which could carry words`)
  return fields.length
}

async function checkProbe(context: CheckContext, world: World): Promise<number> {
  const { attempts, environment, output, left } = await probeGateway(world.dataDir)
  for (const [what, result] of Object.entries(attempts)) {
    context.expect(/^ERR_(?:ACCESS_DENIED|DLOPEN_DISABLED)$/.test(result), `a gateway's process tried to ${what}: ${result}`)
  }
  const told = environment.filter((name) => !name.startsWith('MALLOC_'))
  context.expect(told.length === 0, `a gateway's process has in its environment: ${told.join(', ')}`)
  context.expect(output === 'ignore', `a gateway's output goes to: ${output}`)
  context.expect(left.length === 0, `a gateway's process left: ${left.join(', ')}`)
  return Object.keys(attempts).length
}

/** How Node tells a child the channel to its parent. */
const NODE_OWN = /^NODE_CHANNEL_(?:FD|SERIALIZATION_MODE)=\w+$/

/** The gateways that really run: nothing in their environment but how memory is given back, no output, and no file open but those that every process has. */
function checkGateways(context: CheckContext, world: World): number {
  const pids = world.pidsOf('gateway')
  context.expect(pids.length === 2, `${pids.length} gateways run instead of 2`)
  const planned = new Set(Object.entries(gatewayPlan(process.cwd()).environment).map(([name, value]) => `${name}=${value}`))
  context.expect(
    [...planned].every((line) => line.startsWith('MALLOC_')),
    'a gateway is told more than how memory is given back',
  )
  let handles = 0
  for (const pid of pids) {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1')
      .split('\0')
      .filter((line) => line !== '' && !NODE_OWN.test(line) && !planned.has(line))
    context.expect(environment.length === 0, `a running gateway has in its environment: ${environment.join(', ')}`)
    context.expect(
      readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').includes('--permission'),
      'a running gateway has no permission model',
    )
    for (const name of readdirSync(`/proc/${pid}/fd`)) {
      const target = targetOf(`/proc/${pid}/fd/${name}`)
      handles += 1
      context.expect(/^(?:socket:|pipe:|anon_inode:|\/dev\/null$|\/dev\/urandom$|$)/.test(target), `a running gateway has open: ${target}`)
      if (Number(name) <= 2) context.expect(target === '/dev/null', `descriptor ${name} of a running gateway is ${target}`)
    }
  }
  return handles
}

function targetOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return ''
    throw thrown
  }
}

/** The database takes nobody without its password, though its socket be reached; with it, it does, so the socket is the right one. */
async function checkDatabase(context: CheckContext, world: World): Promise<number> {
  const owner = new URL(world.connection())
  const attempts: readonly (readonly [user: string, password: string])[] = [
    ['farebox', ''],
    ['farebox', 'farebox'],
    ['postgres', ''],
    ['farebox_app', ''],
    ['farebox_ledger', ''],
    ['root', ''],
  ]
  for (const [user, password] of attempts) {
    const url = new URL(owner)
    url.username = user
    url.password = password
    const code = await connectionCode(url.href)
    context.expect(code !== 'done', `the database let ${user} in with ${password === '' ? 'no password' : 'a guessed one'}`)
  }
  context.expect((await connectionCode(owner.href)) === 'done', 'blind: the database does not let its owner in')
  return attempts.length + 1
}

async function connectionCode(connection: string): Promise<string> {
  const database = connect({ connection, role: undefined, poolMax: 1, connectTimeoutMs: 3000 })
  try {
    await database.query(sql`select 1`)
    return 'done'
  } catch (thrown) {
    return errorCode(thrown)
  } finally {
    await database.end()
  }
}

/** Control takes no frame that it does not know: one with words ends the connection, and control goes on. */
async function checkChannel(context: CheckContext, world: World): Promise<number> {
  const words = Buffer.from('some words')
  const textFrame = Buffer.concat([Buffer.from([0xff, words.length, 0, 0, 0]), words])
  const frames = [textFrame, Buffer.from([0xfe]), Buffer.from('GET / HTTP/1.1\r\n\r\n')]
  const before = world.pidsOf('control').join()
  for (const frame of frames) {
    context.expect(
      await isCutOff(join(world.dataDir, 'run', 'channel.sock'), frame),
      `control kept a connection that sent ${frame.toString('latin1')}`,
    )
  }
  await sleep(200)
  context.expect(world.pidsOf('control').join() === before, 'control died of a frame it does not know')
  return frames.length
}

function isCutOff(path: string, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(path, () => socket.write(bytes))
    const timer = setTimeout(() => {
      socket.destroy()
      resolve(false)
    }, 2000)
    socket.on('error', () => socket.destroy())
    socket.on('data', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}
