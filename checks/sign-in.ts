import type http from 'node:http'
import { send } from './calls.ts'

/** Where pages of a world's server are, by its default settings. */
const pagesOf = (base: string): string => `http://localhost:${new URL(base).port}`

/** What is asked of the interface of people: "METHOD /path", a JSON body, a cookie, more headers. */
export type Asking = {
  readonly base: string
  readonly line: string
  readonly body?: object
  readonly cookie?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What was answered; `cookies` as they are set, `json` of any shape. */
export type Told = {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly cookies: readonly string[]
  readonly text: string
  readonly json: Readonly<Record<string, unknown>>
}

/** Asks as a page of the service does. */
export async function askAsPage({ base, line, body, cookie, headers = {} }: Asking): Promise<Told> {
  const [method = 'GET', path = '/'] = line.split(' ')
  const sent = method === 'GET' ? '' : JSON.stringify(body ?? {})
  const answer = await send({
    url: base + path,
    method,
    headers: {
      ...{
        origin: pagesOf(base),
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(sent)),
      },
      ...(cookie === undefined ? {} : { cookie }),
      ...headers,
    },
    body: sent,
    millisMax: 30_000,
  })
  const text = answer.body.toString()
  const { status, headers: told } = answer
  return { status, headers: told, cookies: told['set-cookie'] ?? [], text, json: jsonOf(text) }
}

function jsonOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}

/** The pair of a cookie that was set, as a browser sends it back; '' when none or more than one was. */
export const pairOf = ({ cookies }: Told): string => (cookies.length === 1 ? (cookies[0]?.split(';')[0] ?? '') : '')

/** Opens an account by a number and resolves with what was answered. */
export const openByNumber = (base: string, more: Pick<Asking, 'body' | 'headers'> = {}): Promise<Told> =>
  askAsPage({ base, line: 'POST /api/auth/sign-up/number', ...more })
