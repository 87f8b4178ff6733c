import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { request } from 'undici'
import { errorBody } from '../api/contract/index.ts'
import { FAILURES, type FailureCode, FailureError, fail, failure } from '../failures.ts'
import { type Address, errorCode, type Ids, systemClock, systemIds } from '../lib/index.ts'
import type { CommandContext } from './command.ts'

/** What is sent to the operator API: a path under /operator/v1, and a JSON body where one is. */
export type OperatorRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** Carries a request to the operator API and brings the answer. */
export type OperatorTransport = (request: OperatorRequest) => Promise<{ readonly status: number; readonly text: string }>

/** Asks the operator API; answers are parsed JSON, refusals FailureErrors in the server's own words. */
export type OperatorClient = {
  readonly get: (path: string) => Promise<unknown>
  readonly post: (path: string, body: object) => Promise<unknown>
  readonly put: (path: string, body: object) => Promise<unknown>
  readonly patch: (path: string, body: object) => Promise<unknown>
  readonly delete: (path: string) => Promise<unknown>
}

/** A client over a transport. Every POST carries an Idempotency-Key, so that one that is sent twice has one effect. */
export function operatorClient(transport: OperatorTransport, token: string, ids: Ids): OperatorClient {
  const call = async (method: OperatorRequest['method'], path: string, body?: object): Promise<unknown> => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'POST' ? { 'idempotency-key': ids.uuid() } : {}),
    }
    const answer = await transport({
      method,
      path: `/operator/v1${path}`,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    if (answer.status >= 400) throw refusalOf(answer)
    return answer.text === '' ? {} : JSON.parse(answer.text)
  }
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    patch: (path, body) => call('PATCH', path, body),
    delete: (path) => call('DELETE', path),
  }
}

/** How a command comes to its client. */
export type Connect = (context: CommandContext) => Promise<OperatorClient>

/** A client of the running server, by the settings. Fails with operator_token_unreadable; its calls as overHttp says. */
export const connectOperator: Connect = async (context) => {
  const { address, token } = await operatorPlace(context)
  return operatorClient(overHttp(address), token, systemIds(systemClock.now))
}

/** Where the running server takes the operator's requests, and what opens it. Fails with operator_token_unreadable. */
export async function operatorPlace(context: CommandContext): Promise<{ readonly address: string; readonly token: string }> {
  const { operatorListen, operatorToken, dataDir } = context.config()
  return { address: originOf(operatorListen), token: operatorToken ?? (await readToken(join(dataDir, 'operator-token'))) }
}

async function readToken(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (thrown) {
    throw new FailureError(failure('operator_token_unreadable', { path }), thrown)
  }
}

/**
 * Requests over HTTP to an address; `timeoutMs` bounds the wait for an answer and for each part of it. Fails with server_not_running where nothing
 * was asked, server_answer_missing where it was and may have been done, server_not_farebox.
 */
export const overHttp =
  (address: string, timeoutMs = 30_000): OperatorTransport =>
  async ({ method, path, headers, body }) => {
    const options = {
      method,
      headers,
      body: body ?? null,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal: AbortSignal.timeout(2 * timeoutMs),
    }
    const refuse = refuseMissing(address)
    const answer = await request(address + path, options).catch(refuse)
    const text = await answer.body.text().catch(refuse)
    if (text !== '' && !String(answer.headers['content-type']).startsWith('application/json')) fail('server_not_farebox', { address })
    return { status: answer.statusCode, text }
  }

/** Throws why no answer came from an address: server_not_running where nothing was asked, server_answer_missing where it was. */
export const refuseMissing =
  (address: string) =>
  (thrown: unknown): never => {
    const code = NEVER_ASKED.has(errorCode(thrown)) ? 'server_not_running' : 'server_answer_missing'
    throw new FailureError(failure(code, { address }), thrown)
  }

/** With these no connection came about; after anything else the server may have done what it was asked. */
const NEVER_ASKED: ReadonlySet<string> = new Set(
  'ECONNREFUSED EHOSTUNREACH ENETUNREACH EADDRNOTAVAIL ENOTFOUND EAI_AGAIN UND_ERR_CONNECT_TIMEOUT'.split(' '),
)

function originOf({ host, port }: Address): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

/** A refusal in the server's own words. */
export function refusalOf(answer: { readonly status: number; readonly text: string }): FailureError {
  const { code, message, field } = errorBody.parse(JSON.parse(answer.text)).error
  const known = isFailureCode(code) ? code : 'internal'
  return new FailureError({ ...failure(known), status: answer.status, message, ...(field === undefined ? {} : { field }) })
}

const isFailureCode = (code: string): code is FailureCode => Object.hasOwn(FAILURES, code)
