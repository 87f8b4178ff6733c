import { useEffect, useRef, useState } from 'react'
import { CallError } from '../../lib/call.ts'
import { readEvents } from './event-stream.ts'
import { inLanguage } from './in-language.ts'
import type { Ask, Piece, PlaygroundProtocol } from './protocol.ts'
import { useTemporaryKey } from './use-temporary-key.ts'

/** An answer as far as it has come; it is kept in this tab's memory alone. `of` is the protocol and the ask that it answers. */
export type Answer = Omit<Piece, 'text'> & {
  readonly state: 'none' | 'coming' | 'done' | 'stopped' | 'failed'
  readonly of?: { readonly protocol: PlaygroundProtocol; readonly ask: Ask }
  readonly text: string
  readonly sound?: Blob
  readonly requestId?: string | undefined
  readonly error?: CallError
}

const NO_ANSWER: Answer = { state: 'none', text: '' }

/** Asks models from this tab, with a key for ten minutes that is made when it is first needed; what is said never goes to /api. */
export function useAnswer() {
  const [answer, setAnswer] = useState<Answer>(NO_ANSWER)
  const keyOf = useTemporaryKey()
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  const send = async (protocol: PlaygroundProtocol, ask: Ask): Promise<void> => {
    if (running.current !== undefined) return
    const controller = new AbortController()
    running.current = controller
    const add = (more: Partial<Answer>) => setAnswer((old) => ({ ...old, ...more, text: old.text + (more.text ?? '') }))
    setAnswer({ ...NO_ANSWER, state: 'coming', of: { protocol, ask } })
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

/** What comes of an answer, piece by piece where it is streamed. */
async function* readAnswer(protocol: PlaygroundProtocol, response: Response): AsyncGenerator<Partial<Answer>> {
  if (protocol.answer === 'bytes') yield { sound: await response.blob() }
  else if (protocol.answer === 'json') yield protocol.read(await response.json())
  else if (response.body !== null)
    for await (const data of readEvents(response.body)) if (data !== '[DONE]') yield protocol.read(JSON.parse(data))
}

const errorOf = (thrown: unknown): CallError =>
  thrown instanceof CallError ? thrown : new CallError({ code: 'unreachable', message: 'unreachable', status: 0 })

type Opening = { readonly protocol: PlaygroundProtocol; readonly ask: Ask; readonly key: string; readonly signal: AbortSignal }

/** Sends a call as any client does. Throws CallError with what the protocol says of a refusal. */
async function open({ protocol, ask, key, signal }: Opening): Promise<Response> {
  const type = protocol.fileField === undefined ? { 'content-type': 'application/json' } : {}
  const response = await fetch(protocol.path(ask), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...type, ...protocol.headers },
    body: bodyOf(protocol, ask),
    credentials: 'omit',
    signal,
  })
  if (response.ok) return response
  const told = (await response.json().catch(() => undefined)) as { error?: { code?: string | number; message?: string } } | undefined
  const message = await inLanguage(told?.error?.message ?? `The server answered ${response.status}.`)
  throw new CallError({ code: String(told?.error?.code ?? 'refused'), message, status: response.status })
}

/** Gateways read a form up to its model, so the file comes last. */
function bodyOf({ fileField, body }: PlaygroundProtocol, ask: Ask): string | FormData {
  if (fileField === undefined) return JSON.stringify(body(ask))
  const form = new FormData()
  for (const [name, value] of Object.entries(body(ask))) form.append(name, String(value))
  if (ask.file !== undefined) form.append(fileField, ask.file)
  return form
}
