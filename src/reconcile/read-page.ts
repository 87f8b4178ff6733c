import { errors, request } from 'undici'
import { parseExactJson } from '../catalog/index.ts'
import { type ReadPage, ReportError } from './provider-report.ts'

const BYTES_MAX = 4 * 1024 * 1024
const [ANSWER_MS_MAX, WHOLE_MS_MAX] = [10_000, 30_000]

/**
 * Asks for pages over HTTP until it is stopped. Nothing of a customer is sent, redirects are not followed, and the answer has a bound in time and size.
 * Throws ReportError: HTTP_<status>, TIMEOUT, UNREACHED, TOO_LARGE, NOT_JSON; when stopped something else, as that is no word on a report.
 */
export const readPagesOverHttp =
  (stopped?: AbortSignal): ReadPage =>
  async (url, headers) => {
    const answer = await ask(url, headers, stopped)
    if (answer.statusCode !== 200) {
      // What is said beside a refusal is not read; that its stream then ends early is no news.
      answer.body.once('error', () => undefined).destroy()
      throw new ReportError(`HTTP_${answer.statusCode}`, false)
    }
    const text = await readBounded(answer.body, stopped)
    try {
      return parseExactJson(text)
    } catch (thrown) {
      throw new ReportError('NOT_JSON', true, thrown)
    }
  }

type Answer = Awaited<ReturnType<typeof request>>

async function ask(url: string, headers: Readonly<Record<string, string>>, stopped: AbortSignal | undefined): Promise<Answer> {
  try {
    const told = { accept: 'application/json', 'user-agent': 'farebox', ...headers }
    const bounds = {
      headersTimeout: ANSWER_MS_MAX,
      bodyTimeout: ANSWER_MS_MAX,
      signal: AbortSignal.any([AbortSignal.timeout(WHOLE_MS_MAX), ...(stopped === undefined ? [] : [stopped])]),
    }
    return await request(url, { method: 'GET', headers: told, ...bounds })
  } catch (thrown) {
    throw unreached(thrown, stopped)
  }
}

async function readBounded(body: Answer['body'], stopped: AbortSignal | undefined): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of body) {
      const bytes: Buffer = part
      size += bytes.length
      if (size > BYTES_MAX) throw new ReportError('TOO_LARGE', true)
      parts.push(bytes)
    }
  } catch (thrown) {
    throw thrown instanceof ReportError ? thrown : unreached(thrown, stopped)
  }
  return Buffer.concat(parts).toString('utf8')
}

function unreached(thrown: unknown, stopped: AbortSignal | undefined): unknown {
  if (stopped?.aborted === true) return thrown
  const isSlow = thrown instanceof errors.HeadersTimeoutError || thrown instanceof errors.BodyTimeoutError
  const isOver = thrown instanceof Error && thrown.name === 'TimeoutError'
  return new ReportError(isSlow || isOver ? 'TIMEOUT' : 'UNREACHED', false, thrown)
}
