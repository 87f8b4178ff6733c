import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** What an upstream does with one try. Those of FAILING come before a first byte that a customer could be given; the others are final. */
export const FAILING = [
  'reset',
  'hang-up',
  'error-500',
  'error-503',
  'limited',
  'refused-key',
  'no-money',
  'page',
  'redirect',
  'empty',
] as const
export const FINAL = ['answer', 'answer', 'answer', 'cut', 'bad-request'] as const
export type Deed = (typeof FAILING)[number] | (typeof FINAL)[number]

/** One try that arrived; `number` counts those of its run from 1. */
export type Tried = { readonly run: number; readonly number: number; readonly deed: Deed }

export type ScriptedUpstream = {
  readonly port: number
  readonly tries: readonly Tried[]
  readonly close: () => Promise<void>
}

/** The usage that a try's answer tells: no two tries of a run tell the same. */
export const usageOfTry = (number: number): { readonly input: number; readonly output: number } => ({
  input: 10 + number,
  output: 3 + 5 * number,
})

/** Answers chat completions whose text holds `run-<n>;` by that run's deeds in turn, each answer marked with its run and try. */
export async function startScriptedUpstream(deedOf: (run: number, number: number) => Deed): Promise<ScriptedUpstream> {
  const tries: Tried[] = []
  const counts = new Map<number, number>()
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const run = Number(/run-(\d+);/.exec(body)?.[1] ?? -1)
      const number = (counts.get(run) ?? 0) + 1
      counts.set(run, number)
      const tried = { run, number, deed: deedOf(run, number) }
      tries.push(tried)
      play(response, tried, /"stream":true/.test(body))
    })
  })
  server.on('clientError', (_, socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    tries,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  try {
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  } catch {
    // The gateway let go of it; what came so far is all there is.
    return ''
  }
  return Buffer.concat(parts).toString()
}

const JSON_TYPE = { 'content-type': 'application/json' }
const errorOf = (code: string): string => JSON.stringify({ error: { message: code, type: code, code } })

const FAILURES: Readonly<Record<(typeof FAILING)[number] | 'bad-request', (response: ServerResponse) => void>> = {
  reset: (response) => void response.socket?.resetAndDestroy(),
  'hang-up': (response) => void response.socket?.destroy(),
  'error-500': (response) => void response.writeHead(500, JSON_TYPE).end(errorOf('server_error')),
  'error-503': (response) => void response.writeHead(503, JSON_TYPE).end(errorOf('overloaded')),
  limited: (response) => void response.writeHead(429, { ...JSON_TYPE, 'retry-after': '1' }).end(errorOf('rate_limit_exceeded')),
  'refused-key': (response) => void response.writeHead(401, JSON_TYPE).end(errorOf('invalid_api_key')),
  'no-money': (response) => void response.writeHead(429, JSON_TYPE).end(errorOf('insufficient_quota')),
  page: (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>'),
  redirect: (response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
  empty: (response) => void response.writeHead(200, JSON_TYPE).end(),
  'bad-request': (response) => void response.writeHead(400, JSON_TYPE).end(errorOf('invalid_value')),
}

function play(response: ServerResponse, { run, number, deed }: Tried, isStream: boolean): void {
  if (deed !== 'answer' && deed !== 'cut') {
    FAILURES[deed](response)
    return
  }
  const marker = `[[${run}.${number}]]`
  const { input, output } = usageOfTry(number)
  const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
  const bytes = isStream ? streamOf(marker, usage) : wholeOf(marker, usage)
  response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' })
  const half = Math.floor(bytes.length / 2)
  response.write(bytes.slice(0, half))
  if (deed === 'answer') setImmediate(() => response.end(bytes.slice(half)))
  else setImmediate(() => void response.socket?.destroy())
}

function wholeOf(marker: string, usage: object): string {
  const message = { role: 'assistant', content: `${marker} ${marker}` }
  return JSON.stringify({
    id: marker,
    object: 'chat.completion',
    model: 'up',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage,
  })
}

function streamOf(marker: string, usage: object): string {
  const chunk = (more: object): string =>
    `data: ${JSON.stringify({ id: marker, object: 'chat.completion.chunk', model: 'up', ...more })}\n\n`
  const delta = chunk({ choices: [{ index: 0, delta: { content: marker }, finish_reason: null }] })
  const finish = chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
  return `${delta.repeat(4)}${finish}${chunk({ choices: [], usage })}data: [DONE]\n\n`
}
