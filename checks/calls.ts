import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** The protocols that customers speak, with the path and the model of the world's defaults. */
export const SPOKEN = {
  openai: { path: '/v1/chat/completions', model: 'm-openai' },
  'openai-responses': { path: '/v1/responses', model: 'm-openai' },
  anthropic: { path: '/v1/messages', model: 'm-anthropic' },
  gemini: { path: '/v1beta/models', model: 'm-gemini' },
} as const
export type Spoken = keyof typeof SPOKEN
export const ALL_SPOKEN = Object.keys(SPOKEN) as readonly Spoken[]
/** What upstreams are called at, in whatever protocol the customer calls. */
export const UPSTREAM_PATHS =
  /^\/v1\/(?:chat\/completions|responses|messages)$|^\/v1beta\/models\/[\w.-]+:(?:generateContent|streamGenerateContent\?alt=sse)$/

/** One call of a customer. */
export type CallPlan = {
  readonly base: string
  readonly key: string
  readonly protocol: Spoken
  readonly model?: string
  readonly isStream?: boolean
  readonly outputMax?: number
  readonly text?: string
  /** More fields of the body. */
  readonly fields?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds after which the client gives up. Default 60,000. */
  readonly millisMax?: number
  /** Sees the answer as it comes; true breaks the call off at once. */
  readonly shallAbort?: (seen: { readonly chunks: number; readonly bytes: Buffer }) => boolean
  /** Breaks the call off from outside. */
  readonly signal?: AbortSignal
}

/** What the client got. `status` 0: no answer came. */
export type Answer = {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly requestId: string
  readonly body: Buffer
  /** Reads of the socket that brought a part of the body. */
  readonly chunks: number
  /** The body ended as HTTP says it has to. */
  readonly isWhole: boolean
  /** The code of what broke the call off, or ''. */
  readonly error: string
  readonly millis: number
  readonly isAborted: boolean
}

/** Where a call goes in its protocol, after the base. */
export function pathOf({ protocol, model = SPOKEN[protocol].model, isStream = false }: CallPlan): string {
  if (protocol !== 'gemini') return SPOKEN[protocol].path
  return `${SPOKEN.gemini.path}/${encodeURIComponent(model)}:${isStream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`
}

/** A call's body in its protocol. */
export function bodyOf(plan: CallPlan): string {
  const { protocol, isStream = false, outputMax = 64, text = 'How long does the ferry take?' } = plan
  if (protocol === 'gemini') {
    const generationConfig = { maxOutputTokens: outputMax }
    return JSON.stringify({ contents: [{ role: 'user', parts: [{ text }] }], generationConfig, ...plan.fields })
  }
  const asked = [{ role: 'user', content: text }]
  return JSON.stringify({
    model: plan.model ?? SPOKEN[protocol].model,
    ...(protocol === 'openai-responses' ? { max_output_tokens: outputMax, input: asked } : { max_tokens: outputMax, messages: asked }),
    ...(isStream ? { stream: true } : {}),
    ...plan.fields,
  })
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 20_000, maxFreeSockets: 2000 })

/** Makes a call and reads its answer to the end, or until it is broken off; never rejects. */
export function call(plan: CallPlan): Promise<Answer> {
  const body = bodyOf(plan)
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...keyHeader(plan), ...plan.headers }
  return send({ ...plan, url: plan.base + pathOf(plan), method: 'POST', headers, body })
}

/** The header that carries the key in a protocol. */
export const keyHeader = ({ protocol, key }: Pick<CallPlan, 'protocol' | 'key'>): Record<string, string> =>
  protocol === 'gemini'
    ? { 'x-goog-api-key': key }
    : protocol === 'anthropic'
      ? { 'x-api-key': key, 'anthropic-version': '2023-06-01' }
      : { authorization: `Bearer ${key}` }

/** A request as it is sent. */
export type Sending = Pick<CallPlan, 'millisMax' | 'shallAbort' | 'signal'> & {
  readonly url: string
  readonly method: string
  readonly headers: http.OutgoingHttpHeaders
  readonly body: string | Buffer
}

/** Sends a request and reads its answer to the end, or until it is broken off; never rejects. */
export function send(sending: Sending): Promise<Answer> {
  const began = performance.now()
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let isAborted = false
    const finish = (ended: { readonly response?: http.IncomingMessage; readonly error?: string }): void => {
      clearTimeout(timer)
      const { response, error = '' } = ended
      resolve({
        status: response?.statusCode ?? 0,
        headers: response?.headers ?? {},
        requestId: String(response?.headers['x-request-id'] ?? ''),
        body: Buffer.concat(parts),
        chunks: parts.length,
        isWhole: response?.complete === true && error === '',
        ...{ error, isAborted, millis: performance.now() - began },
      })
    }
    const abort = (): void => {
      isAborted = true
      request.destroy()
    }
    const request = http.request({ ...placeOf(sending.url), method: sending.method, headers: sending.headers, agent })
    const timer = setTimeout(() => request.destroy(Object.assign(new Error('gave up'), { code: 'GAVE_UP' })), sending.millisMax ?? 60_000)
    sending.signal?.addEventListener('abort', abort, { once: true })
    request.once('error', (error: NodeJS.ErrnoException) => finish({ error: error.code ?? error.message }))
    request.once('response', (response) => {
      response.on('data', (chunk: Buffer) => {
        parts.push(chunk)
        if (!isAborted && sending.shallAbort?.({ chunks: parts.length, bytes: chunk }) === true) abort()
      })
      response.once('error', (error: NodeJS.ErrnoException) => finish({ response, error: error.code ?? error.message }))
      response.once('end', () => finish({ response }))
    })
    request.end(sending.body)
  })
}

/** Host, port and path as they are written; a URL object would mend paths such as /v1/../v1. */
function placeOf(url: string): { readonly host: string; readonly port: number; readonly path: string } {
  const [, host = '', port = '80', path = '/'] = /^http:\/\/([^/:]+):(\d+)(\/.*)$/.exec(url) ?? []
  return { host, port: Number(port), path }
}

/** What the end of a whole stream says; the last event of a Gemini stream has nothing behind it but its usage. */
const LAST_WORDS = { openai: /data: ?\[DONE\]/, anthropic: /"message_stop"/, gemini: /"responseId":"\w*"\}(?:\s|:[^\n]*)*$/ } as const

/** Whether an answer holds all that was promised: a whole body and, for a stream, the protocol's own last frame. */
export function isFullAnswer(answer: Answer, protocol: Spoken): boolean {
  if (answer.status !== 200 || !answer.isWhole) return false
  if (answer.headers['content-type']?.startsWith('text/event-stream') !== true) return true
  // The last event of a response tells all of the answer again, so it may be long.
  if (protocol === 'openai-responses') return /"type":"response\.(?:completed|incomplete)"/.test(answer.body.toString('latin1'))
  const tail = answer.body.subarray(-200).toString('latin1')
  return LAST_WORDS[protocol].test(tail)
}

/** The error code of a JSON error answer, '' when there is none. */
export function errorCodeOf(answer: Answer): string {
  try {
    const parsed = JSON.parse(answer.body.toString()) as { error?: { code?: string | number; type?: string; status?: string } }
    const { code, type, status } = parsed.error ?? {}
    return typeof code === 'string' ? code : (type ?? status ?? '')
  } catch {
    return ''
  }
}

/** Looks on connections of their own that have to find a model one after the other: more than there are gateways in a world. */
const LOOKS = 8

/** Waits until every gateway knows models that were made a moment ago. */
export async function untilKnown({ base, key }: Pick<CallPlan, 'base' | 'key'>, ...models: readonly string[]): Promise<void> {
  for (const model of models) {
    for (let found = 0; found < LOOKS; ) {
      const { status } = await fetch(`${base}/v1/models/${model}`, { headers: { authorization: `Bearer ${key}`, connection: 'close' } })
      found = status === 200 ? found + 1 : 0
      if (found === 0) await sleep(20)
    }
  }
}
