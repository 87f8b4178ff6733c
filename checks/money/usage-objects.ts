import { type SeededRandom, type SimProtocol, seededRandom } from '../../sim/index.ts'
import { flatPrice, inputTokensOf, NO_USAGE, outputTokensOf, priceOf, USAGE_CLASSES, type Usage } from '../../src/spec/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { SPOKEN_PROTOCOLS } from '../streams.ts'
import { hasAbsurd, type MadeUsage, makeUsage, validAt } from './usage-fuzz.ts'

type Spoken = SimProtocol

/** What a reader made of a reply; `usage` undefined: it found none. */
type Seen = { readonly usage: Usage | undefined; readonly isSuspect: boolean }

/** One reply with made-up usage; `searches`: those that a response has items of. */
export type Reply = {
  readonly protocol: Spoken
  readonly isStream: boolean
  readonly made: MadeUsage
  readonly searches: number
  readonly bytes: Buffer
}

/** Something that reads replies; the real one, or one that is broken on purpose. */
type Reads = (reply: Reply) => Seen

/** MON-11: made-up usage objects through the readers and the price; and broken readers that have to be caught by the same rules. */
export async function usageObjects(context: CheckContext): Promise<Measured> {
  const random = seededRandom(context.seed)
  let found = 0
  let absent = 0
  for (let index = 0; index < context.n; index += 1) {
    const reply = makeReply(random)
    const problem = problemWith(reply, tryRead(realReader, reply))
    if (problem !== undefined) context.fail(`${problem}: ${reply.protocol} ${reply.bytes.toString().slice(0, 300)}`)
    if (reply.made.isJson) found += 1
    if (Object.values(reply.made.counts).every((count) => count.kind !== 'valid')) absent += 1
    if (index % 200_000 === 199_999) context.progress(`${index + 1} usage objects`)
  }
  const caught = Object.entries(BROKEN).map(([name, reads]) => [name, caughtOf(reads, context.seed)] as const)
  for (const [name, count] of caught) context.expect(count > 0, `the broken reader "${name}" was not caught`)
  return {
    n: context.n,
    measured: { parsable: found, withoutAnyCount: absent, ...Object.fromEntries(caught.map(([name, count]) => [`caught-${name}`, count])) },
  }
}

const CONTROL_OBJECTS = 2000

function caughtOf(reads: Reads, seed: number): number {
  const random = seededRandom(seed)
  let caught = 0
  for (let index = 0; index < CONTROL_OBJECTS; index += 1) {
    const reply = makeReply(random)
    if (problemWith(reply, tryRead(reads, reply)) !== undefined) caught += 1
  }
  return caught
}

/** A reply of some protocol, whole or a stream. */
export function makeReply(random: SeededRandom): Reply {
  const protocol = random.pick<Spoken>(['openai', 'openai-responses', 'anthropic', 'gemini'])
  const isStream = random.below(2) === 0
  const made = makeUsage(protocol, random)
  const searches = protocol === 'openai-responses' ? Math.max(0, random.below(8) - 4) : 0
  const told = { protocol, made, searches }
  return { ...told, isStream, bytes: Buffer.from(isStream ? streamOf(told) : wholeOf(told)) }
}

type Told = Pick<Reply, 'protocol' | 'made' | 'searches'>

const SEARCH = '{"type":"web_search_call","action":{"type":"search","query":"fares"}}'
const READING = '{"type":"web_search_call","action":{"type":"open_page","url":"fares"}}'

const geminiReply = ({ json }: MadeUsage): string =>
  `{"candidates":[{"content":{"parts":[{"text":"a fare"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":${json},"modelVersion":"m"}`

function wholeOf({ protocol, made, searches }: Told): string {
  const { json } = made
  if (protocol === 'gemini') return geminiReply(made)
  if (protocol === 'openai-responses') {
    const items = [READING, ...Array<string>(searches).fill(SEARCH)]
    return `{"id":"x","object":"response","model":"m","output":[${items.join(',')}],"usage":${json}}`
  }
  return protocol === 'openai'
    ? `{"id":"x","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"a fare"}}],"usage":${json}}`
    : `{"id":"x","type":"message","model":"m","content":[{"type":"text","text":"a fare"}],"usage":${json}}`
}

function streamOf({ protocol, made, searches }: Told): string {
  const { json } = made
  if (protocol === 'gemini') return `data: ${geminiReply(made)}\r\n\r\n`
  if (protocol === 'openai-responses') {
    const items = [READING, ...Array<string>(searches).fill(SEARCH)].map((item) => ['response.output_item.done', `"item":${item}`] as const)
    const last = ['response.completed', `"response":{"id":"x","model":"m","output":[],"usage":${json}}`] as const
    return [...items, last].map(([name, rest]) => `event: ${name}\ndata: {"type":"${name}",${rest}}\n\n`).join('')
  }
  if (protocol === 'openai') {
    return `data: {"id":"x","choices":[{"index":0,"delta":{"content":"a fare"}}]}\n\ndata: {"id":"x","choices":[],"usage":${json}}\n\ndata: [DONE]\n\n`
  }
  const events = [
    ['message_start', '"message":{"id":"x","model":"m"}'],
    ['message_delta', `"delta":{"stop_reason":"end_turn"},"usage":${json}`],
    ['message_stop', '"last":true'],
  ]
  return events.map(([name, rest]) => `event: ${name}\ndata: {"type":"${name}",${rest}}\n\n`).join('')
}

const realReader: Reads = ({ protocol, isStream, bytes }) => {
  const reader = SPOKEN_PROTOCOLS[protocol].readReply({ isStream, removesUsage: false })
  reader.push(bytes)
  reader.end()
  return { usage: reader.usage(), isSuspect: reader.isUsageSuspect() }
}

function tryRead(reads: Reads, reply: Reply): Seen | Error {
  try {
    return reads(reply)
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown))
  }
}

const PRICE = flatPrice({
  ...{
    input: 3_000_000_000n,
    output: 15_000_000_000n,
    cacheRead: 300_000_000n,
    cacheWrite5m: 3_750_000_000n,
    cacheWrite1h: 6_000_000_000n,
  },
  ...{ audioInput: 40_000_000_000n, audioOutput: 80_000_000_000n, webSearches: 10_000_000n, toolCalls: 1_000_000n },
})

/** The rule that a reading breaks, or undefined. */
function problemWith({ protocol, made, searches }: Reply, seen: Seen | Error): string | undefined {
  if (seen instanceof Error) return `threw ${seen.message}`
  const { usage } = seen
  const odd = oddUsage(usage)
  if (odd !== undefined) return odd
  if (hasAbsurd(made) && !seen.isSuspect) return 'an absurd count was not suspected'
  if (protocol === 'gemini') return geminiProblem(made, usage)
  if (protocol === 'openai-responses') return openaiProblem(asChat(made), usage, searches)
  return protocol === 'openai' ? openaiProblem(made, usage, 0) : anthropicProblem(made, usage)
}

/** What no usage may be, whatever was told; undefined when it is none of it. */
export function oddUsage(usage: Usage | undefined): string | undefined {
  if (usage === undefined) return undefined
  const odd = USAGE_CLASSES.find((name) => !Number.isSafeInteger(usage[name]) || usage[name] < 0)
  if (odd !== undefined) return `${odd} is ${usage[odd]}`
  if (USAGE_CLASSES.some((name) => usage[name] >= 2 ** 31)) return 'a count does not fit where it is written'
  if (priceOf(PRICE, usage) < 0n) return 'the price is below zero'
  return usage.reasoning > usage.output ? 'more reasoning than output' : undefined
}

const GEMINI_COUNTS = [
  'promptTokenCount',
  'candidatesTokenCount',
  'thoughtsTokenCount',
  'cachedContentTokenCount',
  'toolUsePromptTokenCount',
  'totalTokenCount',
]

function geminiProblem(made: MadeUsage, usage: Usage | undefined): string | undefined {
  const isTold = GEMINI_COUNTS.some((name) => validAt(made, name) !== undefined)
  if (!isTold) return usage === undefined ? undefined : 'absent counts became a usage'
  if (usage === undefined) return 'counts were told and not found'
  const told = (field: string): number => validAt(made, field) ?? 0
  const [prompt, candidates] = [validAt(made, 'promptTokenCount'), validAt(made, 'candidatesTokenCount')]
  if (prompt !== undefined && inputTokensOf(usage) !== prompt + told('toolUsePromptTokenCount')) return 'the prompt does not add up'
  const thoughts = told('thoughtsTokenCount')
  if (candidates !== undefined && outputTokensOf(usage) !== candidates + thoughts) return 'the output does not add up'
  if (usage.reasoning !== thoughts) return 'thoughts are not what was told'
  const more = Object.entries(GEMINI_PARTS).find(([name, path]) => usage[name as keyof Usage] > told(path))
  return more === undefined ? undefined : `more ${more[0]} than told`
}

/** Where each part is told of. */
const GEMINI_PARTS: Readonly<Partial<Record<keyof Usage, string>>> = {
  cacheRead: 'cachedContentTokenCount',
  audioInput: 'promptTokensDetails.AUDIO',
  imageInput: 'promptTokensDetails.IMAGE',
  audioOutput: 'candidatesTokensDetails.AUDIO',
  imageOutput: 'candidatesTokensDetails.IMAGE',
}

/** A response's usage in the words of chat completions, which is all that they differ in. */
const asChat = (made: MadeUsage): MadeUsage => ({
  ...made,
  counts: Object.fromEntries(
    Object.entries(made.counts).map(([path, count]) => [path.replace(/^input_/, 'prompt_').replace(/^output_/, 'completion_'), count]),
  ),
})

function openaiProblem(made: MadeUsage, usage: Usage | undefined, ran: number): string | undefined {
  const [prompt, completion] = [validAt(made, 'prompt_tokens'), validAt(made, 'completion_tokens')]
  if ((prompt ?? completion) === undefined) return usage === undefined ? undefined : 'absent counts became a usage'
  if (usage === undefined) return 'counts were told and not found'
  if (prompt !== undefined && inputTokensOf(usage) !== prompt) return 'the classes of the prompt do not add up to it'
  const reasoning = validAt(made, 'completion_tokens_details.reasoning_tokens') ?? 0
  const output = outputTokensOf(usage)
  if (completion !== undefined && (output < completion || output > completion + reasoning))
    return 'the classes of the output do not add up to it'
  const searches = Math.max(ran, validAt(made, 'num_sources_used') ?? 0, validAt(made, 'num_search_queries') ?? 0)
  if (usage.webSearches !== searches) return 'searches are not what was told'
  const more = Object.entries(OPENAI_PARTS).find(([name, path]) => usage[name as keyof Usage] > (validAt(made, path) ?? 0))
  return more === undefined ? undefined : `more ${more[0]} than told`
}

/** Where each part is told of. */
const OPENAI_PARTS: Readonly<Partial<Record<keyof Usage, string>>> = {
  cacheRead: 'prompt_tokens_details.cached_tokens',
  cacheWrite5m: 'prompt_tokens_details.cache_write_tokens',
  audioInput: 'prompt_tokens_details.audio_tokens',
  imageInput: 'prompt_tokens_details.image_tokens',
  audioOutput: 'completion_tokens_details.audio_tokens',
  imageOutput: 'completion_tokens_details.image_tokens',
}

function anthropicProblem(made: MadeUsage, usage: Usage | undefined): string | undefined {
  const isTold = Object.values(made.counts).some((count) => count.kind === 'valid')
  if (!isTold) return usage === undefined ? undefined : 'absent counts became a usage'
  if (usage === undefined) return 'counts were told and not found'
  const told = (field: string): number => validAt(made, field) ?? 0
  if (usage.input !== told('input_tokens') || usage.output !== told('output_tokens')) return 'input or output is not what was told'
  if (usage.cacheRead !== told('cache_read_input_tokens')) return 'cache reads are not what was told'
  if (usage.webSearches !== told('server_tool_use.web_search_requests')) return 'searches are not what was told'
  const others = told('server_tool_use.web_fetch_requests') + told('server_tool_use.code_execution_requests')
  if (usage.toolCalls !== others) return 'other tools are not what was told'
  const written = validAt(made, 'cache_creation_input_tokens')
  return written !== undefined && usage.cacheWrite5m + usage.cacheWrite1h !== written ? 'cache writes do not add up' : undefined
}

/** Where the prompt and the answer are told of. */
const NAMES = {
  openai: ['prompt_tokens', 'completion_tokens'],
  'openai-responses': ['input_tokens', 'output_tokens'],
  anthropic: ['input_tokens', 'output_tokens'],
  gemini: ['promptTokenCount', 'candidatesTokenCount'],
} as const

/** Readers with the mistakes that this check is there to find. */
const BROKEN: Readonly<Record<string, Reads>> = {
  'absent-as-zero': (reply) => {
    const seen = realReader(reply)
    return { ...seen, usage: seen.usage ?? NO_USAGE }
  },
  'believes-everything': ({ made, protocol }) => {
    const told: unknown = made.isJson ? JSON.parse(made.json) : undefined
    const fields = (typeof told === 'object' && told !== null ? told : {}) as Readonly<Record<string, unknown>>
    const [read, written] = NAMES[protocol]
    const input = Number(fields[read] ?? 0)
    const output = Number(fields[written] ?? 0)
    return { usage: { ...NO_USAGE, input, output }, isSuspect: false }
  },
  'sound-on-top': (reply) => {
    const seen = realReader(reply)
    if (seen.usage === undefined) return seen
    return { ...seen, usage: { ...seen.usage, input: seen.usage.input + seen.usage.audioInput } }
  },
  'searches-forgotten': (reply) => {
    const seen = realReader(reply)
    return seen.usage === undefined ? seen : { ...seen, usage: { ...seen.usage, webSearches: 0 } }
  },
  'never-suspects': (reply) => ({ ...realReader(reply), isSuspect: false }),
}
