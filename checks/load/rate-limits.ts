import { setTimeout as sleep } from 'node:timers/promises'
import { type CheckContext, type Figure, type Measured, NotRunError } from '../harness/index.ts'
import { type Nodes, startNodes } from '../nodes/start-nodes.ts'
import { countsTogether, timesAlone } from '../nodes/told-limits.ts'
import { inParallel } from '../parallel.ts'
import { valkeyMissing } from '../valkey.ts'
import { callLane, callOnce, type Lane, LIMITS, limitSettings, OWNERS, openLane, openStreams, type Tried, takenOf } from './limit-lanes.ts'
import { expectRetryAfter, firstRetry } from './retry-after.ts'

const NODES = 4
const MINUTE_MS = 60_000
/** What comes in a minute begins this long after it, so that clocks that differ a little mean the same one. */
const AFTER_MS = 1_000
/** Nothing is sent later than this in a minute, so that all of it counts there. */
const LAST_MS = 45_000
/** What a node had ahead and did not need is back after a second or two. */
const BACK_MS = 3_000

/** What Valkey does in a minute: it counts, it stops answering in the middle of it, it is away, it comes back in the middle of it. */
type Weather = 'with' | 'lost' | 'without' | 'back'
const CYCLE: readonly Weather[] = ['with', 'lost', 'without', 'without', 'back', 'back']

/**
 * LOD-08: requests and tokens of a minute and calls at the same time, of keys, accounts and addresses, on four nodes with two gateways each. With
 * Valkey no limit is passed by one, without it none by more than 1/nodes in any minute. A 429 says when: not too early, for a call at that
 * time is let in by every node, and not later than the window ends.
 */
export async function rateLimits(context: CheckContext): Promise<Measured> {
  const missing = valkeyMissing()
  if (missing !== undefined) throw new NotRunError(missing)
  const nodes = await startNodes(NODES, { gateways: 2, env: limitSettings() })
  try {
    return { n: context.n, measured: await new Minutes(context, nodes).run() }
  } finally {
    await nodes.stop()
  }
}

/** What was counted of minutes of one weather. */
type Tally = { refusals: number; retries: number; mostParts: number; leastParts: number }

class Minutes {
  readonly #context: CheckContext
  readonly #nodes: Nodes
  readonly #bases: readonly string[]
  readonly #tallies = new Map<string, Tally>()
  #exact = 0
  #unavailable = 0

  constructor(context: CheckContext, nodes: Nodes) {
    this.#context = context
    this.#nodes = nodes
    this.#bases = nodes.worlds.map(({ base }) => base)
  }

  async run(): Promise<Record<string, Figure>> {
    const { n, expect, progress } = this.#context
    await this.#untilShared()
    for (let minute = 0; minute < n; minute += 1) {
      const weather = CYCLE[minute % CYCLE.length] ?? 'with'
      if (weather === 'with') await this.#untilShared()
      await this.#minute(weather)
      progress(`minute ${minute + 1}, ${weather}: ${JSON.stringify(this.#figures())}`)
    }
    expect(this.#exact > 0, 'blind: there was no minute in which all nodes counted with Valkey from beginning to end')
    const failed = this.#nodes.worlds.filter((world) => world.log().includes('"event":"commit-failed"')).length
    expect(failed === 0, `${failed} nodes could not commit, though their database was there`)
    return {
      nodes: NODES,
      gateways: 2 * NODES,
      valkey: this.#nodes.valkey.name,
      exact_minutes: this.#exact,
      told_503: this.#unavailable,
      ...this.#figures(),
    }
  }

  #figures(): Record<string, Figure> {
    return Object.fromEntries(
      [...this.#tallies].flatMap(([weather, tally]) => [
        [`${weather}_taken`, `${tally.leastParts.toFixed(2)}–${tally.mostParts.toFixed(2)}`],
        [`${weather}_refusals`, tally.refusals],
        [`${weather}_let_in_at_retry_after`, tally.retries],
      ]),
    )
  }

  /** Waits until every node counts with the others; a limit is whole from the next minute on. */
  async #untilShared(): Promise<void> {
    for (let waited = 0; !this.#nodes.worlds.every(countsTogether); waited += 200) {
      if (waited > MINUTE_MS) throw new Error('nodes do not count together within a minute')
      await sleep(200)
    }
    // How many live is heard every few seconds.
    await sleep(BACK_MS)
  }

  /** One minute for all lanes at the same time, then the times that its refusals told, which are in the next. */
  async #minute(weather: Weather): Promise<void> {
    const [operator] = this.#nodes.worlds.map((world) => world.operator)
    if (operator === undefined) return
    const lanes = await Promise.all(
      OWNERS.flatMap((owner) => (['requests', 'tokens'] as const).map((bounded) => openLane(operator, owner, bounded))),
    )
    const places =
      weather === 'with' || weather === 'without' ? await Promise.all(OWNERS.map((owner) => openLane(operator, owner, 'places'))) : []
    await sleep(untilMinute())
    const startedAt = Date.now() - (Date.now() % MINUTE_MS)
    const alone = timesAlone(this.#nodes.worlds)
    const first = await inParallel(lanes, lanes.length, (lane) => callLane(this.#bases, lane, Math.floor(callsToReach(lane) / 2)))
    await this.#turn(weather)
    const rest = await inParallel(lanes, lanes.length, (lane) => callLane(this.#bases, lane, callsToReach(lane) * 2))
    await inParallel(places, 1, (lane) => this.#places(lane, weather, alone))
    await sleep(BACK_MS)
    const late = await inParallel(lanes, lanes.length, (lane) => callLane(this.#bases, lane, Math.floor(callsToReach(lane) / 4)))
    const isOver = Date.now() - startedAt > LAST_MS
    const isExact = weather === 'with' && timesAlone(this.#nodes.worlds) === alone
    if (isExact && !isOver) this.#exact += 1
    for (const [index, lane] of lanes.entries()) {
      const tried = [first, rest, late].flatMap((part) => part[index] ?? [])
      if (!isOver) this.#judge(lane, tried, isExact ? 'with' : weather === 'with' ? 'lost' : weather)
      expectRetryAfter(this.#context, tried)
    }
    await this.#retry([first, rest, late].flat(2), weather)
  }

  /** No lane took more than it may; with Valkey a limit of requests is had in full. */
  #judge(lane: Lane, tried: readonly Tried[], weather: Weather): void {
    const { expect } = this.#context
    const taken = takenOf(lane, tried)
    const bound = weather === 'lost' || weather === 'back' ? lane.limit * (1 + 1 / NODES) : lane.limit
    const of = `${taken} of ${lane.limit} ${lane.bounded} a minute of one ${lane.owner}`
    expect(taken <= bound, `${weather}: ${of} were let in, ${bound} is the bound`)
    if (weather === 'with' && lane.bounded === 'requests')
      expect(taken === lane.limit, `${weather}: ${of} were let in after all were asked for`)
    if (weather === 'with' || weather === 'without')
      expect(taken >= lane.limit / 4, `${weather}: ${of} were let in, so others are refused for nothing`)
    // A database that takes longer than 800 ms on a busy machine is no matter of limits; commits that failed are, and are looked for at the end.
    this.#unavailable += tried.filter(({ code }) => code === 'unavailable').length
    const odd = tried.find(
      ({ answer, code }) => answer.status !== 200 && code !== 'unavailable' && (answer.status !== 429 || !code.endsWith('_limited')),
    )
    expect(odd === undefined, `${weather}: a call was answered ${odd?.answer.status} ${odd?.code} ${odd?.answer.error}`)
    const refusals = tried.filter(({ code }) => code === `${lane.bounded}_limited`)
    expect(refusals.length > 0, `${weather}: blind: no call was refused for the ${lane.bounded} of one ${lane.owner}`)
    const tally = this.#tallyOf(weather)
    tally.refusals += refusals.length
    tally.mostParts = Math.max(tally.mostParts, taken / lane.limit)
    tally.leastParts = Math.min(tally.leastParts, taken / lane.limit)
  }

  /** Of each lane, the time that comes first of all that it was told: then every node lets a call in. */
  async #retry(tried: readonly Tried[], weather: Weather): Promise<void> {
    const lanes = Map.groupBy(tried, ({ lane }) => lane)
    await Promise.all(
      [...lanes].map(async ([lane, all]) => {
        const at = firstRetry(all)
        if (at === undefined) return
        await sleep(Math.max(0, at - Date.now()))
        const again = await Promise.all(this.#bases.map((_, node) => callOnce(this.#bases, lane, node)))
        const early = again.filter(({ answer }) => answer.status === 429)
        this.#context.expect(
          early.length === 0,
          `${weather}: ${early.length} of ${NODES} nodes refused a call of one ${lane.owner} (${early[0]?.code}) at the time that Retry-After told`,
        )
        this.#tallyOf(weather).retries += again.length - early.length
      }),
    )
  }

  /**
   * Never more calls at the same time than may be: by the bound of a minute in which Valkey goes, where a node counted alone as often as a busy
   * machine has it, which is more than `alone` times. When they are over, one is let in as soon as it was told.
   */
  async #places(lane: Lane, weather: Weather, alone: number): Promise<void> {
    const { expect } = this.#context
    const opened = await openStreams(this.#bases, lane, lane.limit + 2 * NODES)
    const isLost = weather === 'with' && timesAlone(this.#nodes.worlds) !== alone
    const bound = isLost ? lane.limit * (1 + 1 / NODES) : lane.limit
    const of = `${opened.open} calls at the same time of one ${lane.owner}, ${bound} is the bound`
    const wrong = opened.refused.filter(({ answer, code }) => answer.status !== 429 && code !== 'unavailable')
    await opened.end()
    expect(opened.open <= bound, `${weather}: ${of}`)
    expect(opened.open >= lane.limit / 4 && opened.refused.length > 0, `${weather}: blind: ${of}`)
    expect(wrong.length === 0, `${weather}: a stream was answered ${wrong[0]?.answer.status} ${wrong[0]?.code}`)
    expectRetryAfter(this.#context, opened.refused)
    const refused = opened.refused.find(({ code }) => code === 'concurrency_limited')
    if (refused === undefined) return
    await sleep(Number(refused.answer.headers['retry-after']) * 1_000)
    const again = await callOnce(this.#bases, { ...lane, bounded: 'requests' }, refused.node)
    expect(
      again.answer.status === 200,
      `${weather}: a place was free, and the node answered ${again.answer.status} ${again.code} at Retry-After`,
    )
  }

  async #turn(weather: Weather): Promise<void> {
    const { valkey } = this.#nodes
    if (weather === 'lost') valkey.freeze()
    if (weather === 'without') await valkey.kill()
    if (weather === 'back' && (await valkey.ask('PING').catch(() => undefined)) !== 'PONG') await valkey.start()
  }

  #tallyOf(weather: Weather): Tally {
    const found = this.#tallies.get(weather)
    if (found !== undefined) return found
    const tally = { refusals: 0, retries: 0, mostParts: 0, leastParts: Number.POSITIVE_INFINITY }
    this.#tallies.set(weather, tally)
    return tally
  }
}

/** So many calls use a limit up, and some more. */
const callsToReach = ({ owner, bounded, limit }: Lane): number => (bounded === 'tokens' ? Math.ceil(limit / 600) : LIMITS[owner].requests)

const untilMinute = (): number => MINUTE_MS - (Date.now() % MINUTE_MS) + AFTER_MS
