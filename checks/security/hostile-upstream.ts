import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { seededRandom } from '../../sim/index.ts'
import type { WorldOptions } from '../world.ts'

/** An upstream that answers with what no reader expects, a marker in all of it. */
export type HostileUpstream = { readonly url: string; readonly calls: () => number; readonly close: () => void }

const DEPTH = 20_000
const LONG = 200_000

/** Answers each call in another hostile way; `marker` stands in whatever it says. */
export async function startHostileUpstream(marker: string, seed: number): Promise<HostileUpstream> {
  const random = seededRandom(seed)
  let calls = 0
  const server = createServer((request, response) => {
    const number = calls
    calls += 1
    void read(request).then((body) => {
      const isAnthropic = request.url?.includes('messages') === true
      const isStream = /"stream": ?true/.test(body)
      const value = VALUES[number % VALUES.length]?.(marker, random.below(1_000)) ?? marker
      answer(response, { value, marker, isAnthropic, isStream, isError: number % 5 === 4 })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    calls: () => calls,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** A world's routes to it: `m-hostile-openai` and `m-hostile-anthropic`. */
export const hostileRoutes = ({ url }: HostileUpstream): Required<Pick<WorldOptions, 'upstreams' | 'models'>> => ({
  upstreams: [
    { id: 'hostile-oai', kind: 'openai', baseUrl: `${url}/v1` },
    { id: 'hostile-ant', kind: 'anthropic', baseUrl: url },
  ],
  models: [
    { id: 'm-hostile-openai', upstream: 'hostile-oai', upstreamModel: 'up' },
    { id: 'm-hostile-anthropic', upstream: 'hostile-ant', upstreamModel: 'up' },
  ],
})

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts).toString()
}

const nested = (inner: string): string => `${'{"a":['.repeat(DEPTH)}${inner}${']}'.repeat(DEPTH)}`

/** JSON texts that stand where a name or a figure should. */
const VALUES: readonly ((marker: string, chance: number) => string)[] = [
  (marker) => JSON.stringify(marker),
  (marker) => JSON.stringify(`${marker}${'x'.repeat(LONG)}`),
  (marker) => JSON.stringify(`'; drop table usage; -- ${marker}`),
  (marker) => JSON.stringify(`[click](javascript:alert('${marker}')) <script>${marker}</script> ![x](http://127.0.0.1:1/${marker})`),
  (marker) => JSON.stringify(`\u001b[2J\r\nfarebox: ${marker}\u0000\u202e`),
  (marker) => nested(JSON.stringify(marker)),
  (marker) => `{"__proto__":{"isAdmin":true},"constructor":${JSON.stringify(marker)}}`,
  (marker) => `[${JSON.stringify(marker)},null,-1,1e308,"1e400"]`,
  (marker, chance) => JSON.stringify(`\${jndi:ldap://127.0.0.1:1/${marker}} {{${chance}*7}} %s%n`),
  (marker) => `{"${marker}":"${marker}"}`,
  (marker) => JSON.stringify(`../../${marker}/../../etc/passwd`),
  () => '1e999',
]

type Hostile = {
  readonly value: string
  readonly marker: string
  readonly isAnthropic: boolean
  readonly isStream: boolean
  readonly isError: boolean
}

function answer(response: ServerResponse, { value, marker, isAnthropic, isStream, isError }: Hostile): void {
  const own = {
    'x-request-id': marker,
    'set-cookie': `a=${marker}`,
    server: marker,
    'retry-after': '3',
    'x-ratelimit-reset-tokens': marker,
  }
  if (isError) {
    const body = `{"type":"error","error":{"message":${value},"type":${value},"code":${value},"param":${value}}}`
    response.writeHead(400, { 'content-type': 'application/json', ...own }).end(body)
    return
  }
  const type = isStream ? 'text/event-stream' : 'application/json'
  response.writeHead(200, { 'content-type': type, ...own })
  response.end(isStream ? streamOf(value, isAnthropic) : wholeOf(value, isAnthropic))
}

const usageOf = (value: string): string =>
  `{"prompt_tokens":10,"completion_tokens":5,"input_tokens":10,"output_tokens":5,"total_tokens":15,"prompt_tokens_details":${value},"x":${value}}`

function wholeOf(value: string, isAnthropic: boolean): string {
  const tool = `{"id":${value},"type":"function","function":{"name":${value},"arguments":"{}"}}`
  return isAnthropic
    ? `{"id":${value},"type":"message","role":"assistant","model":${value},"content":[{"type":"tool_use","id":${value},"name":${value},"input":{}}],"stop_reason":"end_turn","usage":${usageOf(value)}}`
    : `{"id":${value},"object":"chat.completion","model":${value},"service_tier":${value},"system_fingerprint":${value},"choices":[{"index":0,"message":{"role":"assistant","content":"ok","tool_calls":[${tool}]},"finish_reason":"stop"}],"usage":${usageOf(value)}}`
}

function streamOf(value: string, isAnthropic: boolean): string {
  if (!isAnthropic) {
    const delta = `{"id":${value},"model":${value},"choices":[{"index":0,"delta":{"content":"ok","tool_calls":[{"index":0,"id":${value},"function":{"name":${value}}}]}}]}`
    return `event: ${'x'.repeat(100)}\ndata: ${delta}\n\ndata: {"id":${value},"model":${value},"choices":[],"usage":${usageOf(value)}}\n\ndata: [DONE]\n\n`
  }
  const start = `{"type":"message_start","message":{"id":${value},"model":${value},"role":"assistant","content":[],"usage":${usageOf(value)}}}`
  const delta = `{"type":"message_delta","delta":{"stop_reason":${value}},"usage":${usageOf(value)}}`
  return `event: message_start\ndata: ${start}\n\nevent: message_delta\ndata: ${delta}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n`
}
