/** Runs in namespaces of network and mounts of its own: a gateway of the package with bad code in it, started in each of three ways by a user without rights. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gatewayPlan } from '../../src/supervisor/index.ts'
import { badCode, OUTSIDE } from './bad-code.ts'

/** What is to be drilled: the root of the package, a folder that the user may write to, and firewall rules for that user. */
export type DrillPlan = { readonly root: string; readonly folder: string; readonly uid: number; readonly rules: string }

/** How a gateway is started: with nothing in its way, with what the system forbids, and as the supervisor does on such a system. */
export const WAYS = ['bare', 'system', 'whole'] as const
type Way = (typeof WAYS)[number]

/** What the bad code could do, by attempt: 'done', or the code of what stopped it. */
export type Attempts = Readonly<Record<string, string>>
export type DrillReport = Readonly<Record<Way, Attempts>>

const DRILL_MS_MAX = 30_000

async function drill(plan: DrillPlan): Promise<void> {
  for (const line of ['link set lo up', 'route add local default dev lo']) run('ip', line.split(' '))
  const server = net.createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => void server.listen(OUTSIDE.port, '0.0.0.0', resolve))
  mkdirSync(join(plan.folder, 'data'))
  writeFileSync(join(plan.folder, 'data', 'secret'), 'secret')
  run('chown', ['-R', String(plan.uid), plan.folder])
  const code = join(plan.root, 'server', 'gateway', 'gateway.js')
  const good = readFileSync(code, 'utf8')
  writeFileSync(code, `${badCode(plan.folder)}\n${good}`)
  const bare = await startedAs(plan, 'bare')
  run('nft', ['-f', '-'], plan.rules)
  run('sh', ['-c', READ_ONLY, 'sh', plan.folder])
  const report: DrillReport = { bare, system: await startedAs(plan, 'system'), whole: await startedAs(plan, 'whole') }
  server.close()
  process.stdout.write(JSON.stringify(report))
}

/** As the shipped unit has it: nothing can be written but the folder of the data. */
const READ_ONLY = `mount --bind "$1" "$1"
findmnt -rno TARGET -O rw | sort -u | while read -r place; do
  case "$place" in "$1" | /dev | /dev/* | /proc | /proc/* | /sys | /sys/*) ;; *) mount -o remount,bind,ro "$place" ;; esac
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
