import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type SimUpstream, startSimUpstream } from '../../sim/index.ts'
import { freePort } from '../free-port.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { type Block, blocksOf, isShell } from './blocks.ts'
import { GUIDES } from './pages.ts'

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))
const READY_MS_MAX = 180_000
const BLOCK_MS_MAX = 120_000
/** What a page has to have printed somewhere; a guide that runs and says nothing of the kind is as wrong as one that fails. */
const SAID: Readonly<Record<string, readonly RegExp[]>> = {
  'docs/first-day.md': [/All is well/, /Hello/, /x-farebox-cost-usd: 0\.\d+/, /"ok": ?true/],
  'docs/bills.md': [/agree|same|right/i],
}

/** A server that was started where a stranger would stand, and what the pages have made so far. */
type Place = {
  readonly directory: string
  readonly ports: { readonly public: number; readonly operator: number }
  readonly sim: SimUpstream
  readonly made: Map<string, string>
}

/** DOC-01: the commands of the guides, typed as they stand, one page after the other, into a Farebox that was started a moment ago. */
export async function typedGuides(context: CheckContext): Promise<Measured> {
  const place: Place = {
    directory: mkdtempSync(join(tmpdir(), 'farebox-guides-')),
    ports: { public: await freePort(), operator: await freePort() },
    sim: await startSimUpstream({}),
    made: new Map(),
  }
  const server = start(place)
  try {
    await untilReady(place, server)
    const guides = GUIDES.slice(0, context.n)
    let blocks = 0
    for (const page of guides) blocks += await typePage(context, place, page)
    return { n: guides.length, measured: { guides: guides.length, blocks } }
  } finally {
    await stop(server)
    await place.sim.close()
    rmSync(place.directory, { recursive: true, force: true })
  }
}

async function typePage(context: CheckContext, place: Place, page: string): Promise<number> {
  let [typed, printed] = [0, '']
  for (const block of blocksOf(page)) {
    if (block.language === 'yaml' && block.text.startsWith('upstreams:'))
      writeFileSync(join(place.directory, 'farebox.yaml'), here(place, block.text))
    if (!isShell(block) || block.runBy !== 'guides') continue
    printed += await type(context, place, block)
    typed += 1
  }
  for (const said of SAID[page] ?? []) context.expect(said.test(printed), `${page}: nothing printed ${said}`)
  context.progress(`${page}: ${typed} blocks`)
  return typed
}

/** Types one block; what it prints is searched for the names that later lines use. */
async function type(context: CheckContext, place: Place, block: Block): Promise<string> {
  const script = `${shim()}\n${here(place, block.text).replaceAll('curl ', 'curl -sS --max-time 20 ')}`
  const options = { cwd: place.directory, env: environmentOf(place), timeout: BLOCK_MS_MAX, maxBuffer: 32 * 2 ** 20 }
  try {
    const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '--noprofile', '-euo', 'pipefail', '-c', script], options)
    learn(place.made, `${stdout}${stderr}`)
    return stdout
  } catch (thrown) {
    const { stdout = '', stderr = '' } = thrown as { readonly stdout?: string; readonly stderr?: string }
    context.fail(`${block.page}: ${block.text.split('\n')[0]}: ${stderr.trim() || stdout.trim()}`)
    return stdout
  }
}

/** `npx farebox` from this checkout; what it makes has a name for the lines below it. */
const shim = (): string => `
farebox() { ${process.execPath} ${join(CHECKOUT, 'src', 'main.ts')} "$@"; }
npx() {
  shift
  case "$1 \${2:-}" in
    'account create') told=$(farebox "$@") && echo "$told" && ACCOUNT_ID=$(echo "$told" | sed -n 's/^Created account \\([^ ]*\\) .*/\\1/p') ;;
    *) farebox "$@" ;;
  esac
}`

/** What blocks further down call by a name in capitals. */
function learn(made: Map<string, string>, printed: string): void {
  const [, account] = /Created account (\S+) /.exec(printed) ?? []
  const [, secret] = /\b(fbx_\w{20,})\b/.exec(printed) ?? []
  if (account !== undefined) made.set('ACCOUNT_ID', account)
  if (secret !== undefined) made.set('KEY_SECRET', secret)
  const [, request] = /^x-request-id: (\S+)/m.exec(printed) ?? []
  if (request !== undefined) made.set('REQUEST_ID', request)
}

/** A text of a page with the ports of this server, the address of the fake, and what earlier lines made. */
function here({ ports, sim, made }: Place, text: string): string {
  return text
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${ports.public}`)
    .replaceAll('127.0.0.1:8081', `127.0.0.1:${ports.operator}`)
    .replaceAll(/base_url: \S+/g, `base_url: http://127.0.0.1:${sim.port}/v1`)
    .replaceAll(/https:\/\/(?:HOST|your\.host)\//g, `http://127.0.0.1:${ports.public}/`)
    .replaceAll('KEY_SECRET', made.get('KEY_SECRET') ?? '')
    .replaceAll(/\bACCOUNT(?:_ID)?\b/g, '$ACCOUNT_ID')
    .replaceAll(/--month \d{4}-\d{2}/g, `--month ${new Date().toISOString().slice(0, 7)}`)
}

const environmentOf = ({ directory, ports, made }: Place): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  FAREBOX_LISTEN: `127.0.0.1:${ports.public}`,
  FAREBOX_OPERATOR_LISTEN: `127.0.0.1:${ports.operator}`,
  FAREBOX_DATA_DIR: join(directory, 'data'),
  FAREBOX_GATEWAYS: '1',
  NORTH_API_KEY: 'a-key-of-the-north',
  ACCOUNT_ID: made.get('ACCOUNT_ID') ?? '',
  KEY: made.get('KEY_SECRET') ?? '',
  REQUEST_ID: made.get('REQUEST_ID') ?? '',
})

const start = (place: Place): ChildProcess =>
  spawn(process.execPath, [join(CHECKOUT, 'src', 'main.ts'), 'serve'], { cwd: place.directory, env: environmentOf(place), stdio: 'ignore' })

async function untilReady({ ports }: Place, server: ChildProcess): Promise<void> {
  const until = performance.now() + READY_MS_MAX
  while (performance.now() < until && server.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${ports.public}/readyz`).catch(() => undefined)
    if (answer?.status === 200) return
    await sleep(100)
  }
  throw new Error('Farebox did not become ready')
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGTERM')
  await Promise.race([ended, sleep(60_000, undefined, { ref: false })])
  server.kill('SIGKILL')
}
