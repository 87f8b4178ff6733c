import { createServer } from 'node:http'
import { closeServer, type Exchange, type Listen, listenOn, readBody, sendAnswer } from './exchange.ts'
import { countAnswer, errorAnswer, modelsAnswer } from './fault-answers.ts'
import { planReply } from './plan.ts'
import { COUNT_PATH, promptTokensOf, readRequest, type SimProtocol, type SimRequest } from './request.ts'
import type { SimScript } from './script.ts'
import { sendReply } from './send.ts'
import { loadTokenizer } from './tokens.ts'

/** The model that the sandbox serves. */
export const SANDBOX_MODEL = 'sandbox/echo'

/** What the sandbox calls itself in every answer, so that nobody takes it for a model. */
export const SANDBOX_ANSWER_MODEL = 'sandbox/echo (simulated)'

/** A running sandbox. */
export type Sandbox = {
  readonly port: number
  readonly close: () => Promise<void>
}

/**
 * Starts the built-in upstream that answers every call with the text of its last user message, over OpenAI chat completions
 * and responses and Anthropic messages, whose tokens it counts too. It writes and logs nothing. `listen` is an address (port 0 takes a free one) or
 * a net.Server to share.
 */
export async function startSandbox({ listen }: { readonly listen: Listen }): Promise<Sandbox> {
  const server = createServer((request, response) => {
    sandboxHandler({ request, response, socket: request.socket }).catch(() => void request.socket.destroy())
  })
  const port = await listenOn(server, listen)
  // Loading the tokenizer takes longer than all else; it starts once the port is open, and a failure shows at the first call.
  loadTokenizer().catch(() => undefined)
  return { port, close: () => closeServer(server) }
}

const BODY_BYTES_MAX = 32 * 1024 * 1024
const OUTPUT_TOKENS_MAX = 32_768
const ECHO_CHARACTERS_MAX = 1024 * 1024
const COUNTED_BYTES_MAX = 1024 * 1024
const PROTOCOLS: { readonly [path: string]: SimProtocol } = {
  '/v1/chat/completions': 'openai',
  '/v1/responses': 'openai-responses',
  '/v1/messages': 'anthropic',
  [COUNT_PATH]: 'anthropic',
}

/** Answers one request; rejects only for faults of the connection. */
export async function sandboxHandler(exchange: Exchange): Promise<void> {
  const { request } = exchange
  const path = (request.url ?? '').split('?')[0] ?? ''
  if (path === '/v1/models' && request.method === 'GET') return sendAnswer(exchange, modelsAnswer(SANDBOX_MODEL))
  const protocol = PROTOCOLS[path]
  if (protocol === undefined || request.method !== 'POST') {
    return sendAnswer(exchange, errorAnswer('openai', { status: 404, type: 'invalid_request_error', message: 'Not served here.' }))
  }
  const body = await readBody(request, BODY_BYTES_MAX)
  if (body === undefined) return void exchange.socket.destroy()
  const read = readRequest(protocol, body, path)
  if ('message' in read) return sendAnswer(exchange, errorAnswer(protocol, { status: 400, type: 'invalid_request_error', ...read }))
  if (path === COUNT_PATH) return sendAnswer(exchange, countAnswer(roughTokens(body.length) ?? promptTokensOf(read, await loadTokenizer())))
  await echo(exchange, read, body.length)
}

/** Tokens of a long body, by its length, as counting takes about a second per eight megabytes and the sandbox is one process for all. */
const roughTokens = (bytes: number): number | undefined => (bytes > COUNTED_BYTES_MAX ? Math.ceil(bytes / 4) : undefined)

async function echo(exchange: Exchange, asked: SimRequest, bodyBytes: number): Promise<void> {
  const request: SimRequest = {
    ...asked,
    choices: Math.min(asked.choices, 4),
    outputMax: Math.min(asked.outputMax ?? OUTPUT_TOKENS_MAX, OUTPUT_TOKENS_MAX),
    lastUserText: asked.lastUserText.slice(0, ECHO_CHARACTERS_MAX),
  }
  const promptTokens = roughTokens(bodyBytes)
  const script: SimScript = {
    isEcho: true,
    answerModel: SANDBOX_ANSWER_MODEL,
    ...(promptTokens === undefined ? {} : { promptTokens }),
  }
  const createdAt = Math.floor(Date.now() / 1000)
  const reply = planReply({ request, script, seed: createdAt, tokenizer: await loadTokenizer(), createdAt })
  await sendReply(exchange, { request, script, reply, headers: {}, onSent: () => undefined })
}
