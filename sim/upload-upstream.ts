import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { closeServer, listenOn } from './exchange.ts'
import { errorAnswer, type SimAnswer } from './fault-answers.ts'

/**
 * What becomes of an upload once so many bytes of it have come: an answer, its connection kept; a reset; an end of the connection; nothing
 * more, read or said. `Infinity` bytes are all of them.
 */
export type UploadScript = {
  readonly afterBytes: number
  readonly end: 'answer' | 'reset' | 'close' | 'silence'
  readonly status?: number
}

/** An upload as it came: the bytes that were read of it, and the number of the connection that it came on. */
export type UploadCall = { readonly connection: number; bytes: number }

/** A fake that takes transcriptions and breaks them off. */
export type UploadUpstream = {
  readonly url: string
  /** Sets what becomes of later uploads. */
  readonly script: (script: UploadScript) => void
  readonly calls: readonly UploadCall[]
  readonly close: () => Promise<void>
}

/** What a transcription that is answered tells that it used. */
export const UPLOAD_USAGE = { input: 700, output: 12 } as const

/** Starts such a fake. */
export async function startUploadUpstream(): Promise<UploadUpstream> {
  let script: UploadScript = { afterBytes: Number.POSITIVE_INFINITY, end: 'answer' }
  const calls: UploadCall[] = []
  const connections = new Map<Socket, number>()
  const server = createServer((request, response) => {
    const { socket } = request
    const connection = connections.get(socket) ?? connections.size + 1
    connections.set(socket, connection)
    const call = { connection, bytes: 0 }
    calls.push(call)
    const { afterBytes, end, status = 200 } = script
    const act = (): void => {
      request.removeAllListeners('data')
      if (end === 'reset') socket.resetAndDestroy()
      else if (end === 'close') socket.destroy()
      else if (end === 'silence') request.pause()
      else {
        const { headers, body } = answerOf(status)
        response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) }).end(body)
      }
    }
    request.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => {
      call.bytes += chunk.length
      if (call.bytes >= afterBytes) act()
    })
    request.on('end', () => {
      if (afterBytes === Number.POSITIVE_INFINITY) act()
    })
  })
  const port = await listenOn(server, { host: '127.0.0.1', port: 0 })
  return {
    url: `http://127.0.0.1:${port}`,
    script: (next) => {
      script = next
    },
    calls,
    close: () => closeServer(server),
  }
}

function answerOf(status: number): SimAnswer {
  if (status >= 400) return errorAnswer('openai', { status, type: 'invalid_request_error', message: 'That file is not taken.' })
  const { input, output } = UPLOAD_USAGE
  const usage = {
    ...{ type: 'tokens', input_tokens: input, input_token_details: { audio_tokens: input, text_tokens: 0 } },
    ...{ output_tokens: output, total_tokens: input + output },
  }
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'The ferry takes twenty minutes.', usage }),
  }
}
