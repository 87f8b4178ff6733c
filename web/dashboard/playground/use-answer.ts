import { useEffect, useRef, useState } from 'react'
import { CallError, call, newOnce } from '../../lib/call.ts'
import { readEvents } from './event-stream.ts'
import type { Ask, PlaygroundProtocol } from './protocols.ts'

/** An answer as far as it has come; it is kept in this tab's memory alone. */
export type Answer = {
  readonly state: 'none' | 'coming' | 'done' | 'stopped' | 'failed'
  readonly text: string
  readonly input: number | undefined
  readonly output: number | undefined
  readonly requestId: string | undefined
  readonly error: CallError | undefined
}

const NO_ANSWER: Answer = { state: 'none', text: '', input: undefined, output: undefined, requestId: undefined, error: undefined }

type TemporaryKey = { readonly apiKey: string; readonly expiresAt: string }
const RENEW_MS = 30_000

/** Asks models from this tab, with a key for ten minutes that is made when it is first needed; what is said never goes to /api. */
export function useAnswer() {
  const [answer, setAnswer] = useState<Answer>(NO_ANSWER)
  const key = useRef<TemporaryKey>(undefined)
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  const keyOf = async (): Promise<string> => {
    if (key.current === undefined || Date.parse(key.current.expiresAt) - Date.now() < RENEW_MS)
      key.current = await call<TemporaryKey>('/api/keys/temporary', { method: 'POST', body: {}, once: newOnce() })
    return key.current.apiKey
  }
  const send = async (protocol: PlaygroundProtocol, ask: Ask): Promise<void> => {
    if (running.current !== undefined) return
    const controller = new AbortController()
    running.current = controller
    const add = (more: Partial<Answer>) => setAnswer((old) => ({ ...old, ...more, text: old.text + (more.text ?? '') }))
    setAnswer({ ...NO_ANSWER, state: 'coming' })
    try {
      const response = await open({ protocol, ask, key: await keyOf(), signal: controller.signal })
      add({ requestId: response.headers.get('x-request-id') ?? undefined })
      for await (const more of readAnswer(protocol, response)) add(more)
      add({ state: 'done' })
    } catch (thrown) {
      add(controller.signal.aborted ? { state: 'stopped' } : { state: 'failed', error: errorOf(thrown) })
    } finally {
      running.current = undefined
    }
  }
  return { answer, send, stop: () => running.current?.abort() }
}

/** What comes of a streamed answer, piece by piece. */
async function* readAnswer(protocol: PlaygroundProtocol, { body }: Response): AsyncGenerator<Partial<Answer>> {
  if (body === null) return
  for await (const data of readEvents(body)) if (data !== '[DONE]') yield protocol.read(JSON.parse(data))
}

const errorOf = (thrown: unknown): CallError =>
  thrown instanceof CallError ? thrown : new CallError({ code: 'unreachable', message: 'unreachable', status: 0 })

type Opening = { readonly protocol: PlaygroundProtocol; readonly ask: Ask; readonly key: string; readonly signal: AbortSignal }

/** Sends a call as any client does. Throws CallError with what the protocol says of a refusal. */
async function open({ protocol, ask, key, signal }: Opening): Promise<Response> {
  const response = await fetch(protocol.path(ask), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...protocol.headers },
    body: JSON.stringify(protocol.body(ask)),
    credentials: 'omit',
    signal,
  })
  if (response.ok) return response
  const told = (await response.json().catch(() => undefined)) as { error?: { code?: string | number; message?: string } } | undefined
  const message = await inLanguage(told?.error?.message ?? `The server answered ${response.status}.`)
  throw new CallError({ code: String(told?.error?.code ?? 'refused'), message, status: response.status })
}

/** Gateways speak English, as programs read them; who reads Chinese here is told the same in Chinese. */
async function inLanguage(message: string): Promise<string> {
  if (!document.documentElement.lang.startsWith('zh')) return message
  const { inChinese } = await import('./gateway-words.ts')
  return inChinese(message)
}
