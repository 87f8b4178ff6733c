import { request } from 'undici'

/** What is asked of the server of a rail; `body` is sent as JSON. */
export type AskedJson = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: object
}

/** Why a rail's server gave nothing that can be used: a refusal by its status, no answer in time, or an answer that is none. */
export class RailServerError extends Error {
  /** HTTP_<status>, UNREACHED, TOO_LARGE, NOT_JSON. */
  readonly code: string

  constructor(code: string, cause?: unknown) {
    super(code, { cause })
    this.code = code
  }
}

const BYTES_MAX = 1024 * 1024
const [ANSWER_MS_MAX, WHOLE_MS_MAX] = [10_000, 30_000]

/** Asks for JSON, bounded in time and size and without following anybody elsewhere. Throws RailServerError. */
export async function askJson({ method, url, headers, body }: AskedJson): Promise<unknown> {
  const { statusCode, text } = await exchange({ method, url, headers, ...(body === undefined ? {} : { body }) })
  if (statusCode < 200 || statusCode > 299) throw new RailServerError(`HTTP_${statusCode}`)
  // What was deleted is not told.
  if (method === 'DELETE') return undefined
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw new RailServerError('NOT_JSON', thrown)
  }
}

async function exchange({ method, url, headers, body }: AskedJson): Promise<{ readonly statusCode: number; readonly text: string }> {
  try {
    const answer = await request(url, {
      method,
      headers: { accept: 'application/json', 'user-agent': 'farebox', ...(body && { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? null : JSON.stringify(body),
      headersTimeout: ANSWER_MS_MAX,
      bodyTimeout: ANSWER_MS_MAX,
      signal: AbortSignal.timeout(WHOLE_MS_MAX),
    })
    const parts: Buffer[] = []
    let size = 0
    for await (const part of answer.body) {
      size += part.length
      if (size > BYTES_MAX) throw new RailServerError('TOO_LARGE')
      parts.push(part)
    }
    return { statusCode: answer.statusCode, text: Buffer.concat(parts).toString('utf8') }
  } catch (thrown) {
    throw thrown instanceof RailServerError ? thrown : new RailServerError('UNREACHED', thrown)
  }
}
