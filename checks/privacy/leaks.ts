import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CheckContext, Measured } from '../harness/index.ts'
import { signal } from '../processes.ts'
import { startWorld, type World } from '../world.ts'
import { expectArrived } from './arrivals.ts'
import { makeCanary, patternsOf } from './canary.ts'
import { BODY_BYTES_MAX, ENDINGS, type Payers } from './endings.ts'
import { placesNotHere, searchFiles, searchLive } from './host-places.ts'
import { type Found, PlaceSearch } from './places.ts'
import { SURFACES } from './surfaces.ts'
import { type MadeCall, MODELS, planCalls, Traffic } from './traffic.ts'

/** Calls that are open when a gateway is killed, and when the server is told to end. */
const STREAMS_AT_DEATH = 18
const CALLS_AT_ONCE = 12
const SETTLE_MS = 1500
/** What gateways are killed with, each time under load. */
const DEADLY = ['SIGKILL', 'SIGSEGV', 'SIGABRT'] as const

/**
 * PRV-01: canaries in every place of calls that end in every way, in every protocol and translated, then a search for them wherever a
 * process could have left them. They may be with the client and the upstream alone. The search has to find two that are planted on
 * purpose, or it proves nothing.
 */
export async function leaks(context: CheckContext): Promise<Measured> {
  const startedAt = Date.now()
  const world = await startWorld({
    ...{ gateways: 2, keepBodies: true, models: MODELS },
    env: {
      FAREBOX_LOG: 'debug',
      FAREBOX_BODY_MAX: String(BODY_BYTES_MAX),
      FAREBOX_FIRST_BYTE_TIMEOUT_SECONDS: '1',
      FAREBOX_WHOLE_ANSWER_TIMEOUT_SECONDS: '1',
      FAREBOX_IDLE_TIMEOUT_SECONDS: '1',
      FAREBOX_DRAIN_SECONDS: '2',
    },
  })
  const planted = plant()
  try {
    const payers = await openPayers(world, planted)
    const traffic = new Traffic(world, payers)
    const early: Found[] = []
    const running = await drive(context, { world, traffic }, (calls) => {
      const search = new PlaceSearch(patternsFor(calls, planted))
      for (const { pid } of world.processes()) search.process(pid)
      early.push(...search.found)
    })
    writeFileSync(join(planted.folder, 'planted'), `one line\n${planted.inFile}\n`)
    const live = new PlaceSearch(patternsFor(running, planted))
    await searchLive(world, live, payers.rich)
    const ending = await traffic.makeDuring(STREAMS_AT_DEATH, () => world.terminate(20_000))
    const made = [...running, ...ending]
    const files = new PlaceSearch(patternsFor(made, planted))
    searchFiles(world, { search: files, startedAt, plantedFolder: planted.folder })
    judge(context, { found: [...early, ...live.found, ...files.found], made, planted })
    const arrived = expectArrived(context, world, made)
    const bytesSearched = live.bytesSearched + files.bytesSearched
    const counts = { channels: channelCount(made), paths: ENDINGS.length + DEADLY.length + 1, translated: made.filter(isTranslated).length }
    return {
      n: made.length,
      measured: { ...arrived, ...counts, bytesSearched, patterns: files.patternCount, notHere: placesNotHere().join(', ') },
    }
  } finally {
    await world.stop()
    rmSync(planted.folder, { recursive: true, force: true })
  }
}

const isTranslated = ({ isNative }: MadeCall): boolean => !isNative

/** Places of calls that a canary stood in: those of chats, and what other surfaces carry. */
const channelCount = (made: readonly MadeCall[]): number => new Set(made.map(({ surface }) => surface.name)).size

/** Canaries that must be found: one in a file, one in the address of an upstream, which the database keeps readable. */
type Planted = { readonly folder: string; readonly inFile: string; readonly inDatabase: string }

function plant(): Planted {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-planted-'))
  return { folder, inFile: makeCanary(), inDatabase: makeCanary() }
}

type Driven = { readonly world: World; readonly traffic: Traffic }

/**
 * Makes the calls: on their own, then, after a look at the processes that served them, while gateways are killed; those during the end of
 * the server come after the live search.
 */
async function drive(
  context: CheckContext,
  { world, traffic }: Driven,
  look: (made: readonly MadeCall[]) => void,
): Promise<readonly MadeCall[]> {
  const deaths = (DEADLY.length + 1) * STREAMS_AT_DEATH
  const single = await traffic.makeAll(planCalls(Math.max(SURFACES.length, context.n - deaths)), CALLS_AT_ONCE)
  context.progress(`${single.length} calls made`)
  const asked = [...(await traffic.askControl()), ...(await traffic.askSurfaces())]
  look([...single, ...asked])
  const killed: MadeCall[] = []
  for (const deadly of DEADLY) {
    killed.push(...(await traffic.makeDuring(STREAMS_AT_DEATH, () => kill(world, deadly))))
    await world.untilReady()
  }
  await world.sim.idle()
  await sleep(SETTLE_MS)
  return [...single, ...asked, ...killed]
}

async function kill(world: World, deadly: NodeJS.Signals): Promise<void> {
  for (const pid of world.pidsOf('gateway')) signal(pid, deadly)
  await sleep(200)
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
