import { createParser } from 'eventsource-parser'
import { listRecordings, NO_PARTS, type Recording, type SimProtocol, syntheticStreams, type TrueUsage } from '../sim/index.ts'
import { anthropicMessages, gemini, openaiChat, openaiResponses, type Protocol } from '../src/protocols/index.ts'
import { NO_USAGE, type ServiceTier, USAGE_CLASSES, type Usage } from '../src/spec/index.ts'

/** A stream with the usage it truly tells; undefined when it tells none. */
export type KnownStream = {
  readonly name: string
  readonly spoken: SimProtocol
  readonly protocol: Protocol
  readonly bytes: Buffer
  readonly usage: Usage | undefined
  /** The service tier that it tells; undefined for recordings, which are not looked into for it. */
  readonly serviceTier: ServiceTier | undefined
  /** The data of its events, usage-only ones left out. */
  readonly payloads: readonly string[]
  readonly isRecorded: boolean
}

/** Every recording at hand in the protocols we speak, then seeded streams, `count` in all. */
export function knownStreams(seed: number, count: number): readonly KnownStream[] {
  const recorded = listRecordings()
    .filter((recording): recording is SpokenRecording => Object.hasOwn(SPOKEN_PROTOCOLS, recording.protocol))
    .flatMap(apart)
    .map((recording) => knownStream(recording, usageTold(recording)))
    .slice(0, Math.ceil(count / 2))
  const made = syntheticStreams(seed, count - recorded.length).map((stream) => {
    const { usage } = stream
    const known = knownStream(stream, usage === undefined ? usageTold(stream) : usageOfTruth(stream.protocol, usage))
    // Gemini tells the tier in a header only.
    return { ...known, isRecorded: false, serviceTier: stream.protocol === 'gemini' ? undefined : TIERS[stream.servedTier] }
  })
  return [...recorded, ...made]
}

/** A recording of several responses, one after the other, as the streams that they were. */
function apart(recording: SpokenRecording): readonly SpokenRecording[] {
  if (recording.protocol !== 'openai-responses') return [recording]
  const streams = recording.bytes.toString().split(/(?=^event: response\.created$)/m)
  return streams.map((text, index) => ({
    ...recording,
    name: `${recording.name} ${index}`,
    bytes: Buffer.from(text),
    payloads: eventsOf(Buffer.from(text)),
  }))
}

/** What the words for service tiers mean that made-up streams tell. */
const TIERS: Readonly<Record<string, ServiceTier>> = {
  ...{ default: 'standard', standard: 'standard', scale: 'standard', flex: 'flex', priority: 'priority' },
}

/** The protocols of the fakes, as the readers know them. */
export const SPOKEN_PROTOCOLS: Readonly<Record<SimProtocol, Protocol>> = {
  openai: openaiChat,
  'openai-responses': openaiResponses,
  anthropic: anthropicMessages,
  gemini,
}

type SpokenRecording = Recording & { readonly protocol: SimProtocol }

const knownStream = ({ name, protocol, bytes, payloads }: SpokenRecording, usage: Usage | undefined): KnownStream => ({
  ...{ name, bytes, usage, spoken: protocol, isRecorded: true, serviceTier: undefined },
  protocol: SPOKEN_PROTOCOLS[protocol],
  payloads: payloads.filter((payload) => !isUsageOnly(payload)),
})

function usageOfTruth(protocol: SimProtocol, truth: TrueUsage): Usage {
  const { prompt, cached, cacheWrite5m, cacheWrite1h, output } = truth
  const { audioInput, imageInput, audioOutput, imageOutput, webSearches, toolCalls } = truth.parts ?? NO_PARTS
  return {
    ...NO_USAGE,
    input: prompt - cached - cacheWrite5m - cacheWrite1h - audioInput - imageInput,
    ...{ cacheRead: cached, cacheWrite5m, cacheWrite1h, audioInput, imageInput },
    output: output - audioOutput - imageOutput,
    ...{ audioOutput, imageOutput, webSearches, toolCalls },
    reasoning: protocol === 'anthropic' ? 0 : truth.reasoning,
  }
}

type Told = { readonly [field: string]: unknown }

const objectOf = (value: unknown): Told => (typeof value === 'object' && value !== null ? (value as Told) : {})
const parse = (payload: string): Told => objectOf(JSON.parse(payload))
const countOf = (told: Told, field: string): number => Number(told[field] ?? 0)

/** Whether an event of OpenAI's chat completions tells the usage and nothing else. */
export function isUsageOnly(payload: string): boolean {
  const { choices, usage } = parse(payload)
  return Array.isArray(choices) && choices.length === 0 && typeof usage === 'object' && usage !== null
}

/** The usage that a recording's events tell, read in the plainest way, so that it can be compared with the reader's. */
function usageTold({ protocol, payloads }: SpokenRecording): Usage | undefined {
  const told = payloads.flatMap((payload) => {
    const { usage, usageMetadata, message, response } = parse(payload)
    const found = usage ?? usageMetadata ?? objectOf(message)['usage'] ?? objectOf(response)['usage']
    return typeof found === 'object' && found !== null ? [objectOf(found)] : []
  })
  if (told.length === 0) return undefined
  const merged: Told = Object.assign({}, ...told)
  if (protocol === 'openai-responses') return responsesUsage(merged, payloads)
  if (protocol === 'gemini') return geminiUsage(merged)
  return protocol === 'openai' ? openaiUsage(merged) : anthropicUsage(merged)
}

function geminiUsage(told: Told): Usage {
  const reasoning = countOf(told, 'thoughtsTokenCount')
  const cacheRead = countOf(told, 'cachedContentTokenCount')
  const output = countOf(told, 'candidatesTokenCount') + reasoning
  return { ...NO_USAGE, input: countOf(told, 'promptTokenCount') - cacheRead, cacheRead, output, reasoning }
}

function openaiUsage(told: Told): Usage {
  const cacheRead = Number(objectOf(told['prompt_tokens_details'])['cached_tokens'] ?? told['prompt_cache_hit_tokens'] ?? 0)
  const reasoning = countOf(objectOf(told['completion_tokens_details']), 'reasoning_tokens')
  const [prompt, completion] = [countOf(told, 'prompt_tokens'), countOf(told, 'completion_tokens')]
  const isBeside = reasoning > 0 && countOf(told, 'total_tokens') === prompt + completion + reasoning
  const webSearches = countOf(told, 'num_sources_used')
  return { ...NO_USAGE, input: prompt - cacheRead, cacheRead, output: completion + (isBeside ? reasoning : 0), reasoning, webSearches }
}

function responsesUsage(told: Told, payloads: readonly string[]): Usage {
  const cacheRead = countOf(objectOf(told['input_tokens_details']), 'cached_tokens')
  const ran = payloads.map(parse).flatMap(({ type, item }) => (type === 'response.output_item.done' ? [objectOf(item)] : []))
  const ofType = (...types: readonly string[]): readonly Told[] => ran.filter(({ type }) => types.includes(String(type)))
  return {
    ...NO_USAGE,
    ...{ input: countOf(told, 'input_tokens') - cacheRead, cacheRead, output: countOf(told, 'output_tokens') },
    reasoning: countOf(objectOf(told['output_tokens_details']), 'reasoning_tokens'),
    webSearches: ofType('web_search_call').filter(({ action }) => objectOf(action)['type'] === 'search').length,
    toolCalls: ofType('file_search_call', 'code_interpreter_call').length,
  }
}

function anthropicUsage(told: Told): Usage {
  const cacheWrite1h = countOf(objectOf(told['cache_creation']), 'ephemeral_1h_input_tokens')
  return {
    ...NO_USAGE,
    input: countOf(told, 'input_tokens'),
    cacheRead: countOf(told, 'cache_read_input_tokens'),
    cacheWrite5m: countOf(told, 'cache_creation_input_tokens') - cacheWrite1h,
    cacheWrite1h,
    output: countOf(told, 'output_tokens'),
    webSearches: countOf(objectOf(told['server_tool_use']), 'web_search_requests'),
    toolCalls: countOf(objectOf(told['server_tool_use']), 'web_fetch_requests'),
  }
}

/** The data of a stream's events by another parser than ours, without [DONE]; an event without its last line end counts. */
export function eventsOf(bytes: Buffer): readonly string[] {
  const events: string[] = []
  const parser = createParser({ onEvent: ({ data }) => events.push(data) })
  parser.feed(bytes.toString())
  parser.feed('\n\n')
  return events.filter((data) => data !== '[DONE]')
}

/** Whether two usages are the same in every class. */
export const isSameUsage = (one: Usage | undefined, other: Usage | undefined): boolean =>
  one === other || (one !== undefined && other !== undefined && USAGE_CLASSES.every((name) => one[name] === other[name]))
