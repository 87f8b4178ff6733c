import { fail } from '../failures.ts'
import { type CallAddress, type DecodedCall, PROTOCOLS, type Protocol } from '../protocols/index.ts'
import type { Model } from '../spec/index.ts'
import type { Target } from './targets.ts'
import { type Translation, type TranslationWish, translateCall, translatedProtocol } from './translate-call.ts'

/** A target, and the call as it is asked there: in a protocol that the target speaks. */
export type Leg = {
  readonly target: Target
  readonly protocol: Protocol
  readonly call: DecodedCall
  /** undefined where the target speaks the customer's own protocol. */
  readonly translation: Translation | undefined
}

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
 * None where none of them speaks it and an estimate can be given instead. Fails with protocol_mismatch, translation_lossy, and as readers of requests do.
 */
export function legsOf(asked: AskedCall, model: Model, targets: readonly Target[]): readonly Leg[] {
  const translated = translator(asked, model)
  const legs = targets.flatMap((target): readonly Leg[] => {
    const spoken = target.provider.speaks(target.upstream)
    if (spoken.includes(asked.protocol.id)) return [{ target, protocol: asked.protocol, call: asked.call, translation: undefined }]
    const protocol = translatedProtocol(asked.protocol, spoken)
    return protocol === undefined ? [] : [{ target, protocol, ...translated(target, protocol) }]
  })
  if (legs.length === 0 && asked.protocol.estimate !== undefined) return []
  if (legs.length === 0) fail('protocol_mismatch', { path: pathsOf(targets) })
  const whole = asked.isStrict ? legs.filter(({ translation }) => (translation?.losses.length ?? 0) === 0) : legs
  if (whole.length === 0) fail('translation_lossy', { fields: legs[0]?.translation?.losses.join(', ') ?? '' })
  return whole
}

/** Translates a call once for all targets that want it said in the same way. */
function translator(asked: AskedCall, model: Model) {
  const known = new Map<string, Pick<Leg, 'call' | 'translation'>>()
  return ({ provider, route }: Target, protocol: Protocol): Pick<Leg, 'call' | 'translation'> => {
    const wish: TranslationWish = { asked, model, protocol, upstreamModel: route.upstreamModel, outputMaxField: provider.outputMaxField }
    const name = `${protocol.id} ${provider.outputMaxField}`
    const made = known.get(name) ?? translateCall(wish)
    known.set(name, made)
    return made
  }
}

const pathsOf = (targets: readonly Target[]): string => {
  const [target] = targets
  const [spoken] = target === undefined ? [] : target.provider.speaks(target.upstream)
  return spoken === undefined ? 'another path' : PROTOCOLS[spoken].clientPath
}
