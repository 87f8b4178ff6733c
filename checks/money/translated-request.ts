import type { SeededRandom, SimProtocol } from '../../sim/index.ts'
import { FailureError } from '../../src/failures.ts'
import { translateCall } from '../../src/gateway/index.ts'
import type { DecodedCall } from '../../src/protocols/index.ts'
import type { Model } from '../../src/spec/index.ts'
import { SPOKEN_PROTOCOLS } from '../streams.ts'
import { type FuzzModel, type MadeRequest, MODELS } from './request-draft.ts'
import { readPrompt } from './translated-prompt.ts'

/** A made-up request as it is said to an upstream of another protocol: the most that is billed there, by what went out. */
export type TranslatedRequest = { readonly made: MadeRequest; readonly call: DecodedCall }

/** A made-up request in each other protocol; none where the gateway refuses it as one that cannot be read. */
export function translatedRequests(
  made: MadeRequest,
  { model, random }: { readonly model: Pick<Model, 'context' | 'outputMax'>; readonly random: SeededRandom },
): readonly TranslatedRequest[] {
  const others = Object.keys(SPOKEN_PROTOCOLS).filter((name) => name !== made.protocol) as readonly SimProtocol[]
  return others.flatMap((protocol) => {
    const upstream = random.pick<FuzzModel>(MODELS[protocol])
    const wish = {
      asked: { body: made.body, protocol: SPOKEN_PROTOCOLS[made.protocol], address: { model: 'm', isStream: false } },
      ...{ model, protocol: SPOKEN_PROTOCOLS[protocol], upstreamModel: upstream.name },
      outputMaxField: random.pick(['max_tokens', 'max_completion_tokens'] as const),
    }
    try {
      const { call } = translateCall(wish)
      return [{ call, made: madeOf(call, protocol, upstream) }]
    } catch (thrown) {
      if (thrown instanceof FailureError) return []
      throw thrown
    }
  })
}

/** Upstreams that tell a search beside what they are asked for, and those that search as often as they like. */
const SEARCHES = { beside: 1, endless: 50 } as const

function madeOf(call: DecodedCall, protocol: SimProtocol, upstream: FuzzModel): MadeRequest {
  const body = Buffer.concat([...call.bodyFor('m', { outputMax: 1, addsOutputMax: false, limitsTools: false })])
  const sent = JSON.parse(body.toString()) as Readonly<Record<string, unknown>>
  const prompt = readPrompt(sent, protocol, upstream)
  const config = (sent['generationConfig'] ?? {}) as Readonly<Record<string, unknown>>
  const tier = sent['service_tier'] ?? sent['serviceTier']
  const isEndless = protocol === 'gemini' && prompt.hasServerTool
  return {
    ...{ protocol, body, upstreamModel: upstream.name, promptMax: prompt.tokensMax, isUnbounded: prompt.isUnbounded },
    ...{ endlessTools: isEndless ? 1 : 0, mapsMax: 0, outputMax: undefined, outputExtra: 0, usualMedia: 0 },
    searchesMax: isEndless ? SEARCHES.endless : protocol === 'openai' ? SEARCHES.beside : 0,
    inputClasses: prompt.inputClasses,
    // Without a word on it, a model of Google's may answer in pictures and sound.
    outputClasses: protocol === 'gemini' ? ['output', 'imageOutput', 'audioOutput'] : ['output'],
    choices: Number(sent['n'] ?? config['candidateCount'] ?? 1),
    serviceTier: tier === 'flex' || tier === 'priority' ? tier : 'standard',
    kind: prompt.isUnbounded ? 'unbounded' : prompt.hasPictures ? 'pictures' : 'text',
  }
}
