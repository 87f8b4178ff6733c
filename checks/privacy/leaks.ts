import { mkdtempSync, rmSync, type Stats, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CheckContext, Measured } from '../harness/index.ts'
import { startWorld, type World } from '../world.ts'
import { makeCanary, patternsOf } from './canary.ts'
import { dumpDatabase } from './dump.ts'
import { BODY_BYTES_MAX, type Payers } from './endings.ts'
import { type Found, PlaceSearch } from './places.ts'
import { type MadeCall, planCalls, Traffic } from './traffic.ts'

/** Calls that are open when a gateway is killed, and when the server is told to end. */
const STREAMS_AT_DEATH = 18
const CALLS_AT_ONCE = 12
const SETTLE_MS = 1500
/** Where a process leaves what it does not know where to put; its working directory is the checkout. */
const TEMPORARY = ['/tmp', '/var/tmp', '/dev/shm', tmpdir(), process.cwd()]

/**
 * PRV-01: canaries in every place of calls that end in every way, then a search for them wherever a process could have left them. They
 * may be with the client and the upstream alone. The search has to find two that are planted on purpose, or it proves nothing.
 */
export async function leaks(context: CheckContext): Promise<Measured> {
  const startedAt = Date.now()
  const world = await startWorld({
    gateways: 2,
    keepBodies: true,
    env: {
      FAREBOX_LOG: 'debug',
      FAREBOX_BODY_MAX: String(BODY_BYTES_MAX),
      FAREBOX_FIRST_BYTE_TIMEOUT_SECONDS: '1',
      FAREBOX_IDLE_TIMEOUT_SECONDS: '1',
      FAREBOX_DRAIN_SECONDS: '2',
    },
  })
  const planted = plant()
  try {
    const traffic = new Traffic(world, await openPayers(world, planted))
    const running = await drive(context, world, traffic)
    writeFileSync(join(planted.folder, 'planted'), `one line\n${planted.inFile}\n`)
    const live = new PlaceSearch(patternsFor(running, planted))
    await searchLive(world, live)
    const ending = await traffic.makeDuring(STREAMS_AT_DEATH, () => world.terminate(20_000))
    const made = [...running, ...ending]
    const files = new PlaceSearch(patternsFor(made, planted))
    searchFiles(world, { search: files, startedAt, plantedFolder: planted.folder })
    judge(context, { found: [...live.found, ...files.found], made, planted })
    const arrived = expectArrived(context, world, made)
    const bytesSearched = live.bytesSearched + files.bytesSearched
    return { n: made.length, measured: { ...arrived, bytesSearched, patterns: files.patternCount } }
  } finally {
    await world.stop()
    rmSync(planted.folder, { recursive: true, force: true })
  }
}

/** Canaries that must be found: one in a file, one in the address of an upstream, which the database keeps readable. */
type Planted = { readonly folder: string; readonly inFile: string; readonly inDatabase: string }

function plant(): Planted {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-planted-'))
  return { folder, inFile: makeCanary(), inDatabase: makeCanary() }
}

/** Makes the calls: on their own, then while a gateway is killed; those during the end of the server come after the live search. */
async function drive(context: CheckContext, world: World, traffic: Traffic): Promise<readonly MadeCall[]> {
  const single = await traffic.makeAll(planCalls(Math.max(1, context.n - 2 * STREAMS_AT_DEATH)), CALLS_AT_ONCE)
  context.progress(`${single.length} calls made`)
  const asked = [...(await traffic.askControl()), ...(await traffic.askSurfaces())]
  const killed = await traffic.makeDuring(STREAMS_AT_DEATH, () => world.kill('gateway'))
  await world.sim.idle()
  await sleep(SETTLE_MS)
  return [...single, ...asked, ...killed]
}

async function openPayers({ operator }: World, planted: Planted): Promise<Payers> {
  const rich = await operator.customer('100000.00')
  await operator.ask('PUT', '/upstreams/planted', { kind: 'openai-compatible', base_url: `http://127.0.0.1:9/${planted.inDatabase}` })
  const poor = await operator.customer('0.000000001')
  const limited = await operator.customer('10.00', { limits: { tokens_per_minute: 1 } })
  return { rich: rich.key, poor: poor.key, limited: limited.key }
}

const patternsFor = (made: readonly MadeCall[], planted: Planted) => [
  ...made.flatMap(({ canary, texts }) => patternsOf(canary, texts)),
  ...patternsOf(planted.inFile),
  ...patternsOf(planted.inDatabase),
]

/** What a running server shows: its processes, its metrics, its answers to the operator and to customers, its tables, its log. */
async function searchLive(world: World, search: PlaceSearch): Promise<void> {
  for (const { pid } of world.processes()) search.process(pid)
  const operator = { authorization: `Bearer ${world.operatorToken}` }
  for (const path of OPERATOR_PATHS) await searchAnswer(search, world.operatorBase + path, operator)
  const accounts = (await world.operator.ask('GET', '/accounts?limit=200')) as { readonly data: readonly { readonly id: string }[] }
  for (const { id } of accounts.data) {
    search.text('usage rows', JSON.stringify(await world.operator.usage(id)))
    await searchAnswer(search, `${world.operatorBase}/operator/v1/accounts/${id}/keys`, operator)
  }
  for (const { name, text } of await dumpDatabase(world.connection())) search.text(`table ${name}`, text)
}

const OPERATOR_PATHS = [
  '/metrics',
  '/healthz',
  '/readyz',
  '/operator/v1/accounts?limit=200',
  '/operator/v1/models',
  '/operator/v1/upstreams',
  '/operator/v1/ledger/verify',
  '/operator/v1/openapi.json',
] as const

async function searchAnswer(search: PlaceSearch, url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(30_000) })
  search.text(`headers of ${url}`, JSON.stringify([...answer.headers]))
  search.text(url, Buffer.from(await answer.arrayBuffer()))
}

/** The other half: what had to arrive at the upstream and at the client did, in some form the search knows. */
function expectArrived(
  context: CheckContext,
  world: World,
  made: readonly MadeCall[],
): { readonly atUpstream: number; readonly atClient: number } {
  const calls = world.sim.calls.map(({ body, headersSeen }) => [JSON.stringify(headersSeen), body ?? Buffer.alloc(0)] as const)
  const upstream = new PlaceSearch(made.flatMap(({ canary }) => patternsOf(canary)))
  for (const [headers, body] of calls) {
    upstream.text('headers', headers)
    upstream.text('body', body)
  }
  const seen = new Set(upstream.found.map(({ canary }) => canary))
  let atClient = 0
  for (const call of made) {
    const { surface, ending, canary, protocol, answer } = call
    const what = `${surface.name}, ${ending.name}, ${protocol}`
    if (surface.reaches === 'upstream' && ending.reaches !== 'nobody') context.expect(seen.has(canary), `not at the upstream: ${what}`)
    // The first call of a limited key is let in, whatever its limit.
    if (ending.reaches === 'nobody' && answer.status >= 400) context.expect(!seen.has(canary), `at an upstream though refused: ${what}`)
    if (hasArrived(call)) atClient += 1
    else if (surface.reaches === 'client' && ending.reaches === 'client')
      context.fail(`not at the client: ${what}, status ${call.answer.status}`)
  }
  return { atUpstream: seen.size, atClient }
}

function hasArrived({ canary, answer }: MadeCall): boolean {
  const search = new PlaceSearch(patternsOf(canary))
  search.text('answer', answer.body)
  search.text('headers', JSON.stringify(answer.headers))
  return search.found.length > 0 || textOfFrames(answer.body.toString()).includes(canary)
}

/** A stream's text put together again, whatever the protocol: all words of its deltas in their order. */
const textOfFrames = (body: string): string =>
  [...body.matchAll(/"(?:content|text|thinking|reasoning_content|arguments|partial_json)":("(?:[^"\\]|\\.)*")/g)]
    .map(([, word = '""']) => String(JSON.parse(word)))
    .join('')

type FileSearch = { readonly search: PlaceSearch; readonly startedAt: number; readonly plantedFolder: string }

/** Every file of the server, as its bytes lie on the disk, and every temporary file that was written since the start. */
function searchFiles(world: World, { search, startedAt, plantedFolder }: FileSearch): void {
  search.folder(world.directory)
  const isNew = (path: string, stats: Stats): boolean => {
    // The databases of other tests that run at the same time are not this server's.
    if (path === world.directory || /\/(?:farebox-(?:test|world|mutant)-[^/]*|node_modules|\.git)$/.test(path)) return false
    return stats.isDirectory() || stats.mtimeMs >= startedAt
  }
  for (const folder of new Set(TEMPORARY)) search.folder(folder, isNew)
  search.folder(plantedFolder)
}

type Judgement = { readonly found: readonly Found[]; readonly made: readonly MadeCall[]; readonly planted: Planted }

function judge(context: CheckContext, { found, made, planted }: Judgement): void {
  const isPlanted = ({ canary, place }: Found): boolean =>
    (canary === planted.inFile && place.startsWith(planted.folder)) || (canary === planted.inDatabase && ADDRESS_PLACES.test(place))
  const byCanary = new Map(made.map((call) => [call.canary, call]))
  for (const leak of found.filter((one) => !isPlanted(one))) {
    const call = byCanary.get(leak.canary)
    context.fail(
      `leak: ${leak.form} at ${leak.place}: ${call?.surface.name ?? 'planted'}, ${call?.ending.name ?? ''}, ${call?.protocol ?? ''}`,
    )
  }
  const isFound = (canary: string, place: RegExp): boolean => found.some((one) => one.canary === canary && place.test(one.place))
  context.expect(isFound(planted.inFile, /planted$/), 'blind: the canary planted in a file was not found')
  context.expect(isFound(planted.inDatabase, /^table /), 'blind: the canary planted in a table was not found in its dump')
  context.expect(isFound(planted.inDatabase, /\/postgres\/data\//), 'blind: the canary planted in a table was not found in the raw files')
}

/** Where the address of an upstream may be: in its table, the files of the database and the operator's list of upstreams. */
const ADDRESS_PLACES = /^table farebox\.upstream$|\/postgres\/data\/|\/operator\/v1\/upstreams/
