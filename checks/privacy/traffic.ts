import { setTimeout as sleep } from 'node:timers/promises'
import type { SimScript } from '../../sim/index.ts'
import { PROTOCOLS } from '../../src/protocols/index.ts'
import { type Answer, keyHeader, SPOKEN, type Spoken, send } from '../calls.ts'
import { until } from '../parallel.ts'
import { SURFACE_CALLS } from '../surface-calls.ts'
import type { World } from '../world.ts'
import { makeCanary } from './canary.ts'
import { ENDINGS, type Ending, type Payers, streamed } from './endings.ts'
import { type Draft, draftOf, SURFACES, type Surface } from './surfaces.ts'

/** A call that is to be made: where its canary stands, how it ends, in which protocol. */
export type PlannedCall = { readonly surface: Surface; readonly ending: Ending; readonly protocol: Spoken }

/** A call that was made: its canary, the texts this stood in, and what the client got. */
export type MadeCall = PlannedCall & { readonly canary: string; readonly texts: readonly string[]; readonly answer: Answer }

/**
 * `n` calls over places, endings and protocols: first each place and each ending once, then every pair of them, then the same in the
 * other protocol, and so on. A place in the upstream's answer goes only with endings that have one.
 */
export function planCalls(n: number): readonly PlannedCall[] {
  const size = Math.max(SURFACES.length, ENDINGS.length)
  const rows: PlannedCall[] = []
  for (const turn of [0, 1]) {
    for (let step = 0; step < size; step += 1) {
      // Up and down by turns, so that few calls already have the answered endings for the places in answers.
      const shift = step % 2 === 0 ? step / 2 : size - (step + 1) / 2
      for (let index = 0; index < size; index += 1) rows.push(...pairAt({ index, shift, turn }))
    }
  }
  return Array.from({ length: n }, (_, index) => rows[index % rows.length]).filter((row) => row !== undefined)
}

function pairAt({ index, shift, turn }: { readonly index: number; readonly shift: number; readonly turn: number }): readonly PlannedCall[] {
  const size = Math.max(SURFACES.length, ENDINGS.length)
  const surface = SURFACES[index]
  const ending = ENDINGS[(index + shift) % size]
  if (surface === undefined || ending === undefined) return []
  if (surface.reaches === 'client' && !ending.isAnswered) return []
  return [{ surface, ending, protocol: (index + shift + turn) % 2 === 0 ? 'openai' : 'anthropic' }]
}

/** Makes calls on a world whose fake upstream answers each as its draft says. */
export class Traffic {
  readonly #world: World
  readonly #payers: Payers
  readonly #scripts = new Map<string, SimScript>()
  #count = 0

  constructor(world: World, payers: Payers) {
    this.#world = world
    this.#payers = payers
    world.sim.script((request) => this.#scripts.get(/Question q(\d+)z/.exec(request.lastUserText)?.[1] ?? '') ?? {})
  }

  /** Makes the calls, some at a time, in their order. */
  async makeAll(planned: readonly PlannedCall[], atOnce: number): Promise<readonly MadeCall[]> {
    const made: MadeCall[] = []
    const waiting = [...planned]
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) made.push(await this.make(next))
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    return made
  }

  /** Asks for what control answers, with canaries where it sees them and must forget them: address, headers, a body nobody wants. */
  async askControl(): Promise<readonly MadeCall[]> {
    const paths = ['/v1/usage', '/v1/balance', '/', '/v1/models', '/v1/receipts/nothing', '/v1/usage/nothing']
    return await Promise.all(paths.flatMap((path) => ['GET', 'POST'].map((method) => this.#ask(method, path))))
  }

  async #ask(method: string, path: string): Promise<MadeCall> {
    const canary = makeCanary()
    const authorization = `Bearer ${this.#payers.rich}`
    const headers = { authorization, 'user-agent': `app/${canary}`, 'x-title': canary, referer: `https://app.test/${canary}` }
    const body = method === 'POST' ? JSON.stringify({ text: canary }) : ''
    const answer = await send({ url: `${this.#world.base}${path}?trace=${canary}`, method, headers, body, millisMax: 20_000 })
    return { ...controlCall(`${method} ${path}`), canary, answer, texts: [body] }
  }

  /** Asks every surface that is no chat, forms included: well, streamed, cut off, with a key that is none, and leaving early. */
  async askSurfaces(): Promise<readonly MadeCall[]> {
    const ids = Object.keys(SURFACE_CALLS) as (keyof typeof SURFACE_CALLS)[]
    return await Promise.all(ids.flatMap((id) => SURFACE_ENDINGS.map((ending) => this.#askSurface(id, ending))))
  }

  async #askSurface(id: keyof typeof SURFACE_CALLS, ending: SurfaceEnding): Promise<MadeCall> {
    const canary = makeCanary()
    const protocol: Spoken = id.startsWith('anthropic') ? 'anthropic' : 'openai'
    const { path, canStream, isOurs, write } = { path: PROTOCOLS[id].clientPath, ...SURFACE_CALLS[id] }
    const written = write({ models: [SPOKEN[protocol].model], text: `Say ${canary}.`, isStream: ending.isStream && canStream })
    const body = ending.isCut ? written.body.subarray(0, -4) : written.body
    const key = ending.hasKey ? this.#payers.rich : `${this.#payers.rich.slice(0, -1)}${this.#payers.rich.endsWith('0') ? '1' : '0'}`
    const answer = await send({
      url: this.#world.base + path,
      method: 'POST',
      headers: { 'content-type': written.contentType, 'content-length': body.length, ...keyHeader({ protocol, key }) },
      body,
      millisMax: 20_000,
      ...(ending.leavesEarly ? { shallAbort: () => true } : {}),
    })
    const named = controlCall(id)
    const reaches = isOurs === true || ending.isCut || !ending.hasKey ? ('nobody' as const) : ('upstream' as const)
    const surface = { ...named.surface, reaches: 'upstream' as const }
    return { surface, ending: { ...named.ending, name: ending.name, reaches }, protocol, canary, answer, texts: [body.toString()] }
  }

  /** Opens long streams, does something to the server in the midst of them, and waits until all have ended. */
  async makeDuring(count: number, strike: () => Promise<unknown>): Promise<readonly MadeCall[]> {
    const before = this.#world.sim.calls.length
    const streams = Array.from({ length: count }, (_, index) => this.make(slowStream(index)))
    const reach = streams.length - OFTEN_ASTRAY
    await until(
      () => Promise.resolve(this.#world.sim.calls.length - before),
      (arrived) => arrived >= reach,
      REACH_MS_MAX,
    )
    await sleep(300)
    await strike()
    return await Promise.all(streams)
  }

  async make(planned: PlannedCall): Promise<MadeCall> {
    const canary = makeCanary()
    const draft = this.#draft(planned, canary)
    const json = JSON.stringify(draft.body)
    const body = planned.ending.spoil?.(json) ?? json
    const leaves = planned.ending.leavesAfterChunks
    const answer = await send({
      url: this.#world.base + draft.target,
      method: 'POST',
      headers: { ...draft.headers, 'content-length': Buffer.byteLength(body) },
      body,
      millisMax: 20_000,
      ...(leaves === undefined ? {} : { shallAbort: ({ chunks }: { readonly chunks: number }) => chunks >= leaves }),
    })
    return { ...planned, canary, answer, texts: [...new Set([body, json, ...textsWith(canary, [draft.body, draft.script])])] }
  }

  #draft({ surface, ending, protocol }: PlannedCall, canary: string): Draft {
    this.#count += 1
    const tag = String(this.#count)
    const placed = surface.place(draftOf({ protocol, key: this.#payers.rich, tag: `q${tag}z` }), canary)
    const draft = ending.bend(placed, this.#payers)
    this.#scripts.set(tag, draft.script)
    return draft
  }
}

/** Streams whose place keeps them from any upstream, such as an unknown path, and how long the others may take on a busy machine. */
const OFTEN_ASTRAY = 6
const REACH_MS_MAX = 5_000

type SurfaceEnding = {
  readonly name: string
  readonly isStream: boolean
  readonly isCut: boolean
  readonly hasKey: boolean
  readonly leavesEarly: boolean
}

const WELL: SurfaceEnding = { name: 'well', isStream: false, isCut: false, hasKey: true, leavesEarly: false }
const SURFACE_ENDINGS: readonly SurfaceEnding[] = [
  WELL,
  { ...WELL, name: 'stream', isStream: true },
  { ...WELL, name: 'client abort', isStream: true, leavesEarly: true },
  { ...WELL, name: 'body without its end', isCut: true },
  { ...WELL, name: 'invalid key', hasKey: false },
]

function controlCall(name: string): PlannedCall {
  const place = (draft: Draft): Draft => draft
  return {
    surface: { name, reaches: 'nobody', place },
    ending: { name: 'asked', reaches: 'nobody', isAnswered: false, bend: place },
    protocol: 'openai',
  }
}

/** A stream of some seconds, with the canary in one of the places by turns. */
function slowStream(index: number): PlannedCall {
  const surface = SURFACES[index % SURFACES.length]
  if (surface === undefined) throw new RangeError('no surface')
  const bend = (draft: Draft): Draft => streamed(draft, { chunkDelayMs: 70 })
  const ending: Ending = { name: 'server dies', reaches: 'upstream', isAnswered: true, bend }
  return { surface, ending, protocol: index % 2 === 0 ? 'openai' : 'anthropic' }
}

/** Every text anywhere in a value that holds the canary. */
function textsWith(canary: string, value: unknown): readonly string[] {
  if (typeof value === 'string') return value.includes(canary) ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap((inner) => textsWith(canary, inner)) : []
}
