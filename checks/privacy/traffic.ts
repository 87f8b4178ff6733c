import { setTimeout as sleep } from 'node:timers/promises'
import type { SimScript } from '../../sim/index.ts'
import { PROTOCOLS } from '../../src/protocols/index.ts'
import { ALL_SPOKEN, type Answer, keyHeader, SPOKEN, type Spoken, send } from '../calls.ts'
import { until } from '../parallel.ts'
import { SURFACE_CALLS } from '../surface-calls.ts'
import type { World, WorldModel } from '../world.ts'
import { makeCanary } from './canary.ts'
import { type Draft, draftOf, targetOf } from './draft.ts'
import { ENDINGS, type Ending, type Payers, streamed } from './endings.ts'
import { SURFACES, type Surface } from './surfaces.ts'
import { writeBody } from './write-body.ts'

/** A call that is to be made: where its canary stands, how it ends, in which protocol and of which model. */
export type PlannedCall = {
  readonly surface: Surface
  readonly ending: Ending
  readonly protocol: Spoken
  readonly model: string
  /** Whether the model's upstream speaks the protocol, so that nothing is translated. */
  readonly isNative: boolean
}

/** The model that is only to be had in the protocol of responses. */
export const MODELS: readonly WorldModel[] = [{ id: 'm-responses', upstream: 'resp', upstreamModel: 'sim-model' }]

/** Time-outs that a call which hangs on purpose is soon over with. */
export const IMPATIENT = {
  FAREBOX_FIRST_BYTE_TIMEOUT_SECONDS: '1',
  FAREBOX_WHOLE_ANSWER_TIMEOUT_SECONDS: '1',
  FAREBOX_IDLE_TIMEOUT_SECONDS: '1',
} as const

/** Models that a protocol reaches by translation alone. */
const FOREIGN: Readonly<Record<Spoken, readonly string[]>> = {
  openai: ['m-anthropic', 'm-gemini', 'm-responses'],
  'openai-responses': ['m-anthropic', 'm-gemini'],
  anthropic: ['m-openai', 'm-gemini', 'm-responses'],
  gemini: ['m-openai', 'm-anthropic', 'm-responses'],
}

/** Whether a call of a protocol is of its own model or of a foreign one, by a number that counts up. */
export function modelAt(protocol: Spoken, count: number): Pick<PlannedCall, 'model' | 'isNative'> {
  const foreign = FOREIGN[protocol]
  if (count % 2 === 0) return { model: SPOKEN[protocol].model, isNative: true }
  return { model: foreign[((count - 1) / 2) % foreign.length] ?? '', isNative: false }
}

/** A call that was made: its canary, the texts this stood in, and what the client got. */
export type MadeCall = PlannedCall & { readonly canary: string; readonly texts: readonly string[]; readonly answer: Answer }

/**
 * `n` calls over places, endings, protocols and models: first each place and each ending once, then every pair of them, then the same in
 * another protocol, and so on. A place in the upstream's answer goes only with endings that have one.
 */
export function planCalls(n: number): readonly PlannedCall[] {
  const rows: PlannedCall[] = []
  for (let turn = 0; rows.length < n && turn < TURNS_MAX; turn += 1) {
    for (let step = 0; step < ENDINGS.length; step += 1) {
      // Up and down by turns, so that few calls already have the answered endings for the places in answers.
      const shift = step % 2 === 0 ? step / 2 : ENDINGS.length - (step + 1) / 2
      for (let index = 0; index < SURFACES.length; index += 1) rows.push(...pairAt({ index, shift, turn }))
    }
  }
  return Array.from({ length: n }, (_, index) => rows[index % rows.length]).filter((row) => row !== undefined)
}

/** Every pair in every protocol, of its own model and of three others. */
const TURNS_MAX = 24

function pairAt({ index, shift, turn }: { readonly index: number; readonly shift: number; readonly turn: number }): readonly PlannedCall[] {
  const surface = SURFACES[index]
  const ending = ENDINGS[(index + shift) % ENDINGS.length]
  if (surface === undefined || ending === undefined) return []
  if (surface.reaches === 'client' && !ending.isAnswered) return []
  const spoken = surface.protocols ?? ALL_SPOKEN
  const protocol = spoken[(index + shift + turn) % spoken.length] ?? 'openai'
  return [{ surface, ending, protocol, ...modelAt(protocol, Math.floor(turn / spoken.length) + shift + Math.floor(index / spoken.length)) }]
}

/** Makes calls on a world whose fake upstream answers each as its draft says. */
export class Traffic {
  readonly #world: Pick<World, 'base' | 'sim'>
  readonly #payers: Payers
  readonly #scripts = new Map<string, SimScript>()
  #count = 0

  constructor(world: Pick<World, 'base' | 'sim'>, payers: Payers) {
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
    const asked = { surface, ending: { ...named.ending, name: ending.name, reaches }, protocol, model: named.model, isNative: true }
    return { ...asked, canary, answer, texts: [body.toString()] }
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
    const json = JSON.stringify(writeBody(draft))
    const body = planned.ending.spoil?.(json) ?? json
    const leaves = planned.ending.leavesAfterChunks
    const answer = await send({
      url: this.#world.base + targetOf(draft),
      method: 'POST',
      headers: { ...draft.headers, 'content-length': Buffer.byteLength(body) },
      body,
      millisMax: 20_000,
      ...(leaves === undefined ? {} : { shallAbort: ({ chunks }: { readonly chunks: number }) => chunks >= leaves }),
    })
    return { ...planned, canary, answer, texts: [...new Set([body, json, ...textsWith(canary, [writeBody(draft), draft.script])])] }
  }

  #draft({ surface, ending, protocol, model }: PlannedCall, canary: string): Draft {
    this.#count += 1
    const tag = String(this.#count)
    const placed = surface.place(draftOf({ protocol, key: this.#payers.rich, tag: `q${tag}z`, model }), canary)
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
    surface: { name, reaches: 'nobody', isTranslated: false, place },
    ending: { name: 'asked', reaches: 'nobody', isAnswered: false, bend: place },
    ...{ protocol: 'openai', model: '', isNative: true },
  }
}

/** A stream of some seconds, with the canary in one of the places by turns. */
function slowStream(index: number): PlannedCall {
  const surface = SURFACES[index % SURFACES.length]
  if (surface === undefined) throw new RangeError('no surface')
  const bend = (draft: Draft): Draft => streamed(draft, { chunkDelayMs: 70 })
  const ending: Ending = { name: 'server dies', reaches: 'upstream', isAnswered: true, bend }
  const spoken = surface.protocols ?? ALL_SPOKEN
  const protocol = spoken[index % spoken.length] ?? 'openai'
  return { surface, ending, protocol, ...modelAt(protocol, index) }
}

/** Every text anywhere in a value that holds the canary. */
function textsWith(canary: string, value: unknown): readonly string[] {
  if (typeof value === 'string') return value.includes(canary) ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap((inner) => textsWith(canary, inner)) : []
}
