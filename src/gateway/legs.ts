import { FailureError, fail } from '../failures.ts'
import { type CallAddress, type DecodedCall, type MediaAddress, PROTOCOLS, type Protocol } from '../protocols/index.ts'
import type { Model } from '../spec/index.ts'
import { withoutForeignThoughts, withoutThoughts } from '../translation/index.ts'
import { type FetchedMedia, inlineMedia, placeholders } from './fetcher/index.ts'
import type { Target } from './targets.ts'
import { type Translation, translateCall, translatedProtocol } from './translate-call.ts'

/** A target, and the call as it is asked there: in a protocol that the target speaks. */
export type Leg = {
  readonly target: Target
  readonly protocol: Protocol
  readonly call: DecodedCall
  /** undefined where the target speaks the customer's own protocol. */
  readonly translation: Translation | undefined
  /** Thoughts of other upstreams that were taken out of a call that is not translated, by their paths. */
  readonly dropped?: readonly string[]
  /** What has to be fetched before it can be sent, as its upstream wants bytes; undefined: nothing. Until then the call stands for what it will be. */
  readonly awaited?: Awaited
}

/** Addresses in the customer's request, and the leg with what lies there. */
export type Awaited = { readonly addresses: readonly MediaAddress[]; readonly legWith: (media: readonly FetchedMedia[]) => Leg }

/** A call as it came in. `isStrict`: it is to be refused rather than carried in part. */
export type AskedCall = {
  readonly call: DecodedCall
  readonly body: Buffer
  readonly protocol: Protocol
  readonly address: CallAddress | undefined
  readonly isStrict: boolean
}

/**
 * The legs of a call, in the order of its targets: as it came where its protocol is spoken, translated elsewhere.
 * A target whose protocol the call cannot be read for is left out, as long as there is another. None where none of them speaks it and an estimate can
 * be given instead. Fails with protocol_mismatch, translation_lossy, and as readers of requests do.
 */
export function legsOf(asked: AskedCall, model: Model, targets: readonly Target[]): readonly Leg[] {
  const { legs, refusal } = sayableLegs(targets, new Sayings(asked, model))
  if (legs.length === 0 && refusal !== undefined) throw refusal
  if (legs.length === 0 && asked.protocol.estimate !== undefined) return []
  if (legs.length === 0) fail('protocol_mismatch', { path: pathFor(asked, targets) })
  const whole = asked.isStrict ? legs.filter((leg) => lossesOf(leg).length === 0) : legs
  if (whole.length === 0) fail('translation_lossy', { fields: legs[0] === undefined ? '' : lossesOf(legs[0]).join(', ') })
  return whole
}

/** The legs of those targets that the call can be said to, and what was wrong with it for the first of the others. */
function sayableLegs(targets: readonly Target[], said: Sayings) {
  const legs: Leg[] = []
  let refusal: FailureError | undefined
  let withBytes: ((target: Target) => Leg | undefined) | undefined
  for (const target of targets) {
    try {
      if (target.upstream.fetchesUrls === true) withBytes ??= inliner(said)
      const leg = (target.upstream.fetchesUrls === true ? withBytes?.(target) : undefined) ?? legAt(target, said)
      if (leg !== undefined) legs.push(leg)
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown
      refusal ??= thrown
    }
  }
  return { legs, refusal }
}

/** What of the customer's request does not reach a leg's upstream, by its paths. */
export const lossesOf = ({ translation, dropped }: Leg): readonly string[] => translation?.losses ?? dropped ?? []

type Plain = Pick<Leg, 'call' | 'dropped'>
type Translated = Pick<Leg, 'call' | 'translation'>

/** How a call of a model is said at targets that speak its own protocol, and at others; each is worked out once, when one is met. */
class Sayings {
  readonly asked: AskedCall
  readonly model: Model
  /** As upstreams take it that have thoughts, and as those do that refuse them. */
  #thinking: Plain | undefined
  #thoughtless: Plain | undefined
  /** By how it wants to be said. */
  #translated: Map<string, Translated> | undefined

  constructor(asked: AskedCall, model: Model) {
    this.asked = asked
    this.model = model
  }

  plain({ provider }: Target): Plain {
    if (provider.refusesThoughts === true) {
      this.#thoughtless ??= plainly(this.asked, true)
      return this.#thoughtless
    }
    this.#thinking ??= plainly(this.asked, false)
    return this.#thinking
  }

  /** Translates a call once for all targets that want it said in the same way; models behind one protocol want it said in their own. */
  translated({ provider, route }: Target, protocol: Protocol): Translated {
    const { upstreamModel } = route
    const { outputMaxField, refusesThoughts = false, tellsLogprobs = false } = provider
    const manners = { outputMaxField, refusesThoughts, tellsLogprobs }
    const name = JSON.stringify([protocol.id, upstreamModel, manners])
    this.#translated ??= new Map()
    const { asked, model } = this
    const made = this.#translated.get(name) ?? translateCall({ asked, model, protocol, upstreamModel, ...manners })
    this.#translated.set(name, made)
    return made
  }
}

/** As it came, but for thoughts that make an upstream refuse all of it: of models behind other protocols, or any. */
function plainly({ protocol, body, address, call }: AskedCall, refusesThoughts: boolean): Pick<Leg, 'call' | 'dropped'> {
  const cleaned = refusesThoughts ? withoutThoughts(protocol.id, body) : withoutForeignThoughts(protocol.id, body)
  return cleaned === undefined ? { call } : { call: protocol.decode(cleaned.body, address), dropped: cleaned.dropped }
}

/** The call as it is asked at a target; undefined where the target speaks nothing that it can be said in. */
function legAt(target: Target, said: Sayings): Leg | undefined {
  const { spoken } = target
  const { protocol: own } = said.asked
  if (spoken.includes(own.id)) {
    const { call, dropped } = said.plain(target)
    const leg = { target, protocol: own, call, translation: undefined }
    return dropped === undefined ? leg : { ...leg, dropped }
  }
  const protocol = translatedProtocol(own, spoken)
  return protocol === undefined ? undefined : { target, protocol, ...said.translated(target, protocol) }
}

/**
 * Makes legs of a call whose addresses have become bytes: none while they have not been fetched, so that its bounds are worked out as of
 * what it will be. undefined where it has no addresses, or no target for it.
 */
function inliner({ asked, model }: Sayings): (target: Target) => Leg | undefined {
  const addresses = asked.protocol.addresses?.(asked.body) ?? []
  const askedWith = (media: readonly FetchedMedia[]): AskedCall => {
    const body = inlineMedia(asked.body, addresses, media)
    return { ...asked, body, call: asked.protocol.decode(body, asked.address) }
  }
  let empty: Sayings | undefined
  return (target) => {
    if (addresses.length === 0) return undefined
    empty ??= new Sayings(askedWith(placeholders(addresses)), model)
    const leg = legAt(target, empty)
    if (leg === undefined) return undefined
    const legWith = (media: readonly FetchedMedia[]): Leg => ({ ...leg, ...legAt(target, new Sayings(askedWith(media), model)) })
    return { ...leg, awaited: { addresses, legWith } }
  }
}

function pathFor({ protocol }: AskedCall, targets: readonly Target[]): string {
  const spoken = targets[0]?.spoken ?? []
  const alike = VECTORS.test(protocol.id) ? spoken.find((id) => VECTORS.test(id)) : undefined
  const told = alike ?? spoken[0]
  return told === undefined ? 'another path' : PROTOCOLS[told].clientPath
}

/** What asks for vectors, which one who speaks several protocols gives in some of them alone. */
const VECTORS = /embed/
