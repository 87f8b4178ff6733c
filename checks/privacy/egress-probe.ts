/** Runs in a network namespace of its own, in which every address answers; what is tried, before and after the rules, is a user's. */
import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import net from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../sim/index.ts'

/** A place to be tried. */
type Place = { readonly host: string; readonly port: number }

/** What the probe is to do. */
export type EgressPlan = {
  readonly rules: string
  readonly uid: number
  readonly seed: number
  readonly tries: number
  readonly allowed: readonly Place[]
}

/** What it found. */
export type EgressReport = {
  readonly tried: number
  readonly openBefore: number
  readonly refused: number
  readonly wronglyOpen: readonly Place[]
  readonly wronglyShut: readonly Place[]
  readonly datagramsBefore: number
  readonly datagrams: number
  readonly othersOpen: boolean
}

const PORTS = [443, 80, 25, 53, 5432, 6379, 8080, 8443] as const
const AT_ONCE = 50
const CONNECT_MS = 3_000
/** Where a leak would like to go most. */
const TEMPTING = ['169.254.169.254', '10.0.0.1', '192.168.1.1', '172.17.0.1', '8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', 'fd00::1']

/** What a datagram says of when it was sent: it may be read much later. */
type When = 'before' | 'after'
/** How long a datagram that was sent may take to be read, in milliseconds. */
const DATAGRAM_MS = 300

if (process.argv[2] === 'try') await tryAll()
else await probe(JSON.parse(await text(process.stdin)) as EgressPlan)

async function probe(plan: EgressPlan): Promise<void> {
  for (const line of ['link set lo up', 'route add local default dev lo', '-6 route add local ::/0 dev lo']) run('ip', line.split(' '))
  const servers = await Promise.all(PORTS.flatMap((port) => ['0.0.0.0', '::'].map((host) => listen(host, port))))
  const datagrams: Record<When, number> = { before: 0, after: 0 }
  const sink = createSocket('udp4', (message) => (datagrams[message.toString() as When] += 1))
  await new Promise<void>((resolve) => void sink.bind(8080, '0.0.0.0', resolve))
  const places = [...plan.allowed, ...TEMPTING.map((host) => ({ host, port: 443 })), ...randomPlaces(plan)]
  const before = await asUser(plan.uid, { places, when: 'before' })
  run('nft', ['-f', '-'], plan.rules)
  const after = await asUser(plan.uid, { places, when: 'after' })
  await sleep(DATAGRAM_MS)
  const isAllowed = (place: Place) => plan.allowed.some(({ host, port }) => host === place.host && port === place.port)
  const report: EgressReport = {
    tried: places.length,
    openBefore: before.filter(Boolean).length,
    refused: after.filter((isOpen) => !isOpen).length,
    wronglyOpen: places.filter((place, index) => after[index] === true && !isAllowed(place)),
    wronglyShut: places.filter((place, index) => after[index] !== true && isAllowed(place)),
    ...{ datagramsBefore: datagrams.before, datagrams: datagrams.after },
    othersOpen: await connects({ host: '203.0.113.9', port: 443 }),
  }
  for (const server of servers) server.close()
  sink.close()
  process.stdout.write(JSON.stringify(report))
}

function run(command: string, more: readonly string[], input = ''): void {
  const { status, stderr } = spawnSync(command, more, { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${more.join(' ')}: ${stderr}`)
}

function listen(host: string, port: number): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.destroy())
    server.once('error', reject)
    server.listen({ host, port, ipv6Only: host === '::', backlog: 1_024 }, () => resolve(server))
  })
}

function randomPlaces({ seed, tries }: EgressPlan): readonly Place[] {
  const random = seededRandom(seed)
  const byte = () => random.below(256)
  return Array.from({ length: tries }, (_, index) => ({
    host:
      index % 5 === 0
        ? `2001:db8:${byte().toString(16)}::${byte().toString(16)}`
        : `${1 + random.below(126)}.${byte()}.${byte()}.${1 + random.below(254)}`,
    port: PORTS[random.below(PORTS.length)] ?? 443,
  })).filter(({ host }) => !host.startsWith('127.'))
}

type Tries = { readonly places: readonly Place[]; readonly when: When }

/** Tries all places as a user; an entry for each says whether it connected. A datagram goes to each IPv4 address too. */
async function asUser(uid: number, tries: Tries): Promise<readonly boolean[]> {
  const child = spawn(process.execPath, ['--no-warnings', import.meta.filename, 'try'], {
    uid,
    gid: uid,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {},
  })
  child.stdin.end(JSON.stringify(tries))
  return JSON.parse(await text(child.stdout)) as readonly boolean[]
}

async function tryAll(): Promise<void> {
  const { places, when } = JSON.parse(await text(process.stdin)) as Tries
  const found: boolean[] = []
  for (let first = 0; first < places.length; first += AT_ONCE)
    found.push(...(await Promise.all(places.slice(first, first + AT_ONCE).map(connects))))
  const socket = createSocket('udp4')
  socket.on('error', () => undefined)
  for (const { host } of places.filter(({ host: address }) => net.isIPv4(address)))
    await new Promise<void>((resolve) => socket.send(when, 8080, host, () => resolve()))
  socket.close()
  process.stdout.write(JSON.stringify(found))
}

function connects({ host, port }: Place): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: CONNECT_MS })
    const end = (isOpen: boolean) => {
      socket.destroy()
      resolve(isOpen)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })
}
