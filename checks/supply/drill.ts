/** Runs in namespaces of network and mounts of its own: a gateway of the package with bad code in it, started by a user without rights under what the system forbids, with and without Node's own model. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gatewayPlan } from '../../src/supervisor/index.ts'
import { call } from '../calls.ts'
import { until } from '../parallel.ts'
import { OUTSIDE } from './bad-code.ts'
import type { Profile } from './profiles.ts'

/** What is to be drilled: the root of the package with bad code in its gateway, that of the same without, a folder that the user may write to, what the system forbids, and its firewall rules for that user. */
export type DrillPlan = {
  readonly root: string
  readonly goodRoot: string
  readonly folder: string
  readonly uid: number
  readonly profile: Profile
  readonly rules: string
}

/** How a gateway is started: with the system alone in its way, and as the supervisor does, under the permission model of Node. */
export const WAYS = ['alone', 'whole'] as const
type Way = (typeof WAYS)[number]

/** What the bad code could do, by attempt: 'done', or the code of what stopped it. */
export type Attempts = Readonly<Record<string, string>>
/** Attempts by the way it was started, and whether Farebox without bad code serves a call under the same. */
export type DrillReport = Readonly<Record<Way, Attempts>> & { readonly isServing: boolean }

const DRILL_MS_MAX = 30_000

async function drill(plan: DrillPlan): Promise<void> {
  const { folder, uid, profile } = plan
  for (const line of ['link set lo up', 'route add local default dev lo']) run('ip', line.split(' '))
  const server = net.createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => void server.listen(OUTSIDE.port, '0.0.0.0', resolve))
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'data', 'secret'), 'secret')
  run('chown', ['-R', String(uid), folder])
  if (profile.hasRules) run('nft', ['-f', '-'], plan.rules)
  const options = { IS_READ_ONLY: profile.isReadOnly ? 'ro' : '', IS_NO_PROGRAM: profile.programs === undefined ? '' : 'noexec' }
  run('env', [
    ...Object.entries(options).map(([name, value]) => `${name}=${value}`),
    'sh',
    '-c',
    MOUNTS,
    'sh',
    folder,
    ...(profile.programs ?? []),
  ])
  const report: DrillReport = {
    alone: await startedAs(plan, 'alone'),
    whole: await startedAs(plan, 'whole'),
    isServing: await isServing(plan),
  }
  server.close()
  process.stdout.write(JSON.stringify(report))
}

/**
 * Nothing can be written but the folder of the data, and nothing started but what lies in the places that follow, each where it is asked for. What
 * is below comes first and / last, since mount is a program as well. Source: mount(8), systemd.exec(5), util-linux 2.38, systemd 252 (2026-11-27).
 */
const MOUNTS = `set -e
for place in "$@"; do mount --bind "$place" "$place"; done
findmnt -rno TARGET | sort -ur | while read -r place; do
  write=$IS_READ_ONLY; start=$IS_NO_PROGRAM
  case "$place" in /dev | /dev/* | /proc | /proc/* | /sys | /sys/*) continue ;; "$1") write= ;; esac
  for program in "$@"; do if [ "$program" != "$1" ] && [ "$program" = "$place" ]; then start=; fi; done
  if [ -n "$write$start" ]; then mount -o "remount,bind\${write:+,$write}\${start:+,$start}" "$place"; fi
done`

function run(command: string, given: readonly string[], input = ''): void {
  const { status, stderr } = spawnSync(command, given, { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${given.join(' ')}: ${stderr}`)
}

/** Starts the parent of a gateway as the user, with a secret in its environment, as control has keys in its. */
async function startedAs({ root, uid }: DrillPlan, way: Way): Promise<Attempts> {
  const child = spawn(process.execPath, ['--no-warnings', import.meta.filename, 'parent', root, way], {
    ...{ uid, gid: uid, cwd: '/' },
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { FAREBOX_SECRET: 'secret' },
    timeout: DRILL_MS_MAX,
  })
  return JSON.parse(await text(child.stdout)) as Attempts
}

const SERVE_MS_MAX = 60_000
const [LISTEN, OPERATOR_LISTEN] = ['127.0.0.1:8080', '127.0.0.1:8081']

/** Whether Farebox comes up as the user, with a PostgreSQL of its own, and answers a call that is paid for. The ports are those of this namespace. */
async function isServing({ goodRoot, folder, uid }: DrillPlan): Promise<boolean> {
  const FAREBOX_DATA_DIR = join(folder, 'data')
  const child = spawn(process.execPath, ['--no-warnings', join(goodRoot, 'server', 'control', 'main.js'), 'serve'], {
    ...{ uid, gid: uid, cwd: folder, stdio: 'ignore' },
    env: { FAREBOX_DATA_DIR, FAREBOX_LISTEN: LISTEN, FAREBOX_OPERATOR_LISTEN: OPERATOR_LISTEN },
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const base = `http://${LISTEN}`
  const isReady = () =>
    fetch(`${base}/readyz`, { signal: AbortSignal.timeout(2000) }).then(
      ({ status }) => status === 200,
      () => false,
    )
  try {
    if (!(await until(async () => child.exitCode !== null || (await isReady()), Boolean, SERVE_MS_MAX)) || child.exitCode !== null)
      return false
    const key = readFileSync(join(FAREBOX_DATA_DIR, 'demo-key'), 'utf8').trim()
    return (await call({ base, key, protocol: 'openai', model: 'sandbox/echo' })).status === 200
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

function parent(): void {
  const [, , , root = '', way = ''] = process.argv
  const plan = gatewayPlan(root)
  const options = way === 'whole' ? plan.nodeArguments : ['--no-warnings']
  const child = spawn(process.execPath, [...options, plan.entry], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...plan.environment },
  })
  child.once('message', (message) => {
    process.stdout.write(JSON.stringify(message))
    child.kill('SIGKILL')
  })
  child.once('exit', () => process.disconnect?.())
}

if (process.argv[2] === 'parent') parent()
else if (process.argv[2] === 'drill') await drill(JSON.parse(await text(process.stdin)) as DrillPlan)
