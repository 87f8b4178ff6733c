import { request } from 'undici'

/** An endpoint that gave no answer to go by; `code` is RPC_<number> when it answered with an error of its own. */
export class RpcError extends Error {
  readonly code: string
  constructor(code: string, cause?: unknown) {
    super(code, { cause })
    this.name = 'RpcError'
    this.code = code
  }
}

/** Asks an endpoint for one thing. Throws RpcError. */
export type RpcCall = (method: string, params: readonly unknown[]) => Promise<unknown>

const BYTES_MAX = 16 * 1024 * 1024
const MS_MAX = 10_000

/**
 * Asks an endpoint over HTTP; nothing of a customer is sent but addresses and hashes that are on the chain, redirects are not followed, and
 * an answer has a bound in time and size. Throws RpcError: TIMEOUT, UNREACHED, HTTP_<status>, TOO_LARGE, NOT_JSON, RPC_<number>. Source:
 * JSON-RPC 2.0, www.jsonrpc.org/specification, as of 2026-11-26.
 */
export const rpcOverHttp =
  (url: string, stopped?: AbortSignal): RpcCall =>
  async (method, params) => {
    const text = await ask(url, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), stopped)
    return resultOf(text)
  }

async function ask(url: string, body: string, stopped: AbortSignal | undefined): Promise<string> {
  const signal = AbortSignal.any([AbortSignal.timeout(MS_MAX), ...(stopped === undefined ? [] : [stopped])])
  try {
    const answer = await request(url, {
      ...{ method: 'POST', body, signal },
      headers: { 'content-type': 'application/json', accept: 'application/json', 'user-agent': 'farebox' },
    })
    const parts: Buffer[] = []
    let size = 0
    for await (const part of answer.body) {
      const bytes: Buffer = part
      size += bytes.length
      if (size > BYTES_MAX) throw new RpcError('TOO_LARGE')
      parts.push(bytes)
    }
    // Some endpoints answer errors of their own with a status of 4xx or 5xx, some with 200.
    if (answer.statusCode !== 200) throw new RpcError(`HTTP_${answer.statusCode}`)
    return Buffer.concat(parts).toString('utf8')
  } catch (thrown) {
    if (thrown instanceof RpcError) throw thrown
    throw new RpcError(thrown instanceof Error && thrown.name === 'TimeoutError' ? 'TIMEOUT' : 'UNREACHED', thrown)
  }
}

/** What an answer says; quantities are hexadecimal text, so that no number is rounded. */
function resultOf(text: string): unknown {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch (thrown) {
    throw new RpcError('NOT_JSON', thrown)
  }
  if (typeof answer !== 'object' || answer === null) throw new RpcError('NOT_JSON')
  if ('error' in answer && answer.error !== null) {
    const { error } = answer
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
    throw new RpcError(typeof code === 'number' && Number.isSafeInteger(code) ? `RPC_${code}` : 'RPC')
  }
  if (!('result' in answer)) throw new RpcError('NOT_JSON')
  return answer.result
}
