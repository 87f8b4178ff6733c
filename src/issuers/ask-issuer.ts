import { request } from 'undici'

/** What an issuer is asked; `url` is one of its addresses. */
export type IssuerQuestion = {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly signal: AbortSignal | undefined
}

/** Asks an issuer; rejects where there is no whole answer. */
export type AskIssuer = (question: IssuerQuestion) => Promise<Response>

/** How long an issuer may take for an answer. */
export const ASK_SECONDS_MAX = 10
/** After how many seconds somebody may try an issuer again that did not answer. */
export const RETRY_SECONDS = 30
const ANSWER_BYTES_MAX = 1_048_576

/** Asks over HTTP: no redirect is followed, nothing of the browser is told, an answer of more than 1 MiB is none. */
export const askIssuer: AskIssuer = async ({ url, method, headers, body, signal }) => {
  const timeoutMs = ASK_SECONDS_MAX * 1_000
  const reply = await request(url, {
    ...{ method: method === 'POST' ? 'POST' : 'GET', body: body ?? null, signal: signal ?? AbortSignal.timeout(timeoutMs) },
    ...{ headers: { ...headers, 'user-agent': 'farebox' }, headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
  })
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of reply.body as AsyncIterable<Buffer>) {
    pieces.push(piece)
    size += piece.length
    if (size > ANSWER_BYTES_MAX) throw new RangeError('the answer is too large')
  }
  const type = reply.headers['content-type']
  const hasBody = ![204, 205, 304].includes(reply.statusCode)
  return new Response(hasBody ? Buffer.concat(pieces) : null, {
    status: reply.statusCode,
    headers: typeof type === 'string' ? { 'content-type': type } : {},
  })
}

/** The same, but for the addresses that an issuer may be called at, by their origins; rejects for others. */
export const askWithin =
  (ask: AskIssuer, origins: readonly string[]): AskIssuer =>
  async (question) => {
    if (!origins.includes(new URL(question.url).origin)) throw new TypeError('an address that is not the issuer’s')
    return await ask(question)
  }
