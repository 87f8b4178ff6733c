import type { Hono } from 'hono'
import type { ApiEnv } from './dependencies.ts'
import { expectDeclared, OPERATOR_URL, type TestAnswer, type TestCall } from './test-world.ts'

const OURS = { origin: OPERATOR_URL, host: 'localhost:8081', 'sec-fetch-site': 'same-origin' } as const

/** Sends "METHOD /path" as a browser at the operator listener does; headers that are set to '' are not sent. For tests. */
export async function browse(
  app: Hono<ApiEnv>,
  line: string,
  { cookie, ...call }: TestCall & { readonly cookie?: string | undefined } = {},
): Promise<TestAnswer> {
  const [method = '', path = ''] = line.split(' ')
  const headers = new Headers({ ...OURS, ...(cookie === undefined ? {} : { cookie }) })
  for (const [name, value] of Object.entries(call.headers ?? {})) {
    if (value === '') headers.delete(name)
    else headers.set(name, value)
  }
  if (call.body !== undefined) headers.set('content-type', 'application/json')
  const response = await app.request(path, { method, headers, body: call.body === undefined ? null : JSON.stringify(call.body) })
  const text = await response.text()
  expectDeclared(app, line, { status: response.status, headers: response.headers, text })
  return { status: response.status, headers: response.headers, text, json: text === '' ? undefined : JSON.parse(text) }
}

/** What a browser keeps of an answer. */
export const cookieOf = ({ headers }: TestAnswer): string => (headers.get('set-cookie') ?? '').split(';')[0] ?? ''

/** The status of an answer and the code of its failure, such as "403 not_fresh". */
export const codeOf = ({ status, json }: TestAnswer): string => `${status} ${json?.error?.code ?? ''}`.trim()
