import http from 'node:http'
import type { SeededRandom } from '../../../sim/index.ts'
import type { Door } from './doors.ts'
import { injectedValue, injection } from './payloads.ts'

/** A request with one odd text in it: where it stands, and the text. */
export type Attack = {
  readonly place: Place
  readonly text: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Where a text can stand in a request. */
export type Place =
  | 'parameter'
  | 'query'
  | 'query name'
  | 'value'
  | 'key'
  | 'header'
  | 'header name'
  | 'cookie'
  | 'authorization'
  | 'media type'

/** Headers that some door reads, and some that none does. */
const HEADERS = [
  ...[
    'idempotency-key',
    'x-api-key',
    'x-goog-api-key',
    'accept-language',
    'accept',
    'if-none-match',
    'origin',
    'referer',
    'user-agent',
    'sec-fetch-site',
  ],
  ...[
    'x-forwarded-for',
    'x-farebox-address',
    'x-farebox-routing',
    'x-farebox-user',
    'x-farebox-strict',
    'anthropic-version',
    'anthropic-beta',
  ],
  ...[
    'traceparent',
    'x-request-id',
    'x-payment',
    'payment-signature',
    'stripe-signature',
    'btcpay-sig',
    'x-telegram-bot-api-secret-token',
    'from',
  ],
] as const
const COOKIES = ['farebox_session', '__Host-farebox_session', 'farebox_operator', '__Host-farebox_operator', 'lang', 'x'] as const

/** A door's request with a text of an attacker in one place of it. */
export function attackOn(door: Door, random: SeededRandom): Attack {
  const pick = <Item>(items: readonly Item[]): Item => items[random.below(items.length)] as Item
  const text = injection(random)
  const hasBody = door.method !== 'GET' && door.method !== 'DELETE'
  const common = ['query', 'header', 'authorization', 'cookie', 'header name', 'query name'] as const
  const own: readonly Place[] = [...(door.parameters.length > 0 ? REPEATED_PARAMETER : []), ...(hasBody ? REPEATED_BODY : [])]
  const place = pick<Place>([...own, ...common, 'query', 'query'])
  const body = hasBody ? bodyWith(door, { place, text, random }) : ''
  return { place, text, path: pathWith(door, { place, text, random }), headers: headersWith({ place, text, random }), body }
}

const REPEATED_PARAMETER: readonly Place[] = ['parameter', 'parameter', 'parameter']
const REPEATED_BODY: readonly Place[] = ['value', 'value', 'value', 'value', 'key', 'key', 'media type']

type Placing = { readonly place: Place; readonly text: string; readonly random: SeededRandom }

/** Two spellings: as browsers write it, and with nothing but what a request line cannot hold written otherwise. */
const spelled = (text: string, random: SeededRandom): string =>
  random.below(3) > 0
    ? encodeURIComponent(text.toWellFormed())
    : text.replace(/[^!$&'()*+,\-./:;=@\w~]/g, (letter) => encodeURIComponent(letter.toWellFormed()))

function pathWith({ path, parameters, queries }: Door, { place, text, random }: Placing): string {
  if (place === 'parameter') {
    const at = parameters[random.below(parameters.length)]
    return path
      .split('/')
      .map((segment, index) => (index === at ? (random.below(3) === 0 ? segment : '') + spelled(text, random) : segment))
      .join('/')
  }
  if (place === 'query') return `${path}?${queries[random.below(queries.length)] ?? 'q'}=${spelled(text, random)}`
  return place === 'query name' ? `${path}?${spelled(text, random)}=1` : path
}

function headersWith({ place, text, random }: Placing): Record<string, string> {
  const value = headerValue(text)
  if (place === 'authorization') return { authorization: [`Bearer ${value}`, value, `Basic ${btoa(value)}`][random.below(3)] ?? value }
  if (place === 'cookie') return { cookie: `${COOKIES[random.below(COOKIES.length)] ?? 'x'}=${value}` }
  if (place === 'header') return { [HEADERS[random.below(HEADERS.length)] ?? 'x-any']: value }
  if (place === 'header name') return { [`x-${text.replace(/[^!#$%&'*+\-.^`|~\w]/g, '')}`]: '1' }
  return place === 'media type' ? { 'content-type': `application/json; charset=${value}` } : {}
}

/** As much of a text as Node's client sends in a header: one byte a letter, and no end of a line. */
const headerValue = (text: string): string => text.replace(/[^\x20-\x7e\x80-\xff]/g, '')

function bodyWith({ body }: Door, { place, text, random }: Placing): string {
  if (place !== 'value' && place !== 'key') return JSON.stringify(body)
  const leaves = leavesOf(body)
  const at = leaves[random.below(leaves.length)] ?? []
  if (place === 'value') return JSON.stringify(replaced(body, at, injectedValue(random, text)))
  const parent = at.slice(0, -1)
  const held = parent.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), body)
  return JSON.stringify(replaced(body, parent, isRecord(held) && !Array.isArray(held) ? { ...held, [text]: text } : { [text]: text }))
}

type Path = readonly string[]
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

/** The paths to all that is no object and no list. */
function leavesOf(value: unknown, at: Path = []): readonly Path[] {
  if (!isRecord(value)) return [at]
  const inner = Object.entries(value).flatMap(([name, member]) => leavesOf(member, [...at, name]))
  return inner.length > 0 ? inner : [[...at, 'name']]
}

function replaced(value: unknown, [name, ...rest]: Path, by: unknown): unknown {
  if (name === undefined) return by
  if (Array.isArray(value)) return value.map((member: unknown, index) => (String(index) === name ? replaced(member, rest, by) : member))
  return { ...(isRecord(value) ? value : {}), [name]: replaced(isRecord(value) ? value[name] : undefined, rest, by) }
}

/** Where a request goes: a listener, or the local socket behind the gateways. */
export type Reached = { readonly host: string; readonly port: number } | { readonly socketPath: string }

/** What came back; `status` 0 when nothing did. */
export type Told = { readonly status: number; readonly text: string; readonly field: string | undefined; readonly code: string }

const ANSWER_MS_MAX = 60_000

/** Sends a request and reads what is answered; never rejects. */
export function tell(to: Reached, sent: Pick<Attack, 'path' | 'headers' | 'body'> & { readonly method: string }): Promise<Told> {
  const { path, headers, body, method } = sent
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    const nothing = (): void => resolve({ status: 0, text: '', field: undefined, code: '' })
    const json = body === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const request = http.request({ ...to, path, method, headers: { ...json, ...headers }, timeout: ANSWER_MS_MAX })
    request.on('timeout', () => request.destroy())
    request.on('error', nothing)
    request.on('close', nothing)
    request.on('response', (response) => {
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', nothing)
      response.on('end', () => {
        const text = Buffer.concat(parts).toString()
        resolve({ status: response.statusCode ?? 0, text, ...namedIn(text) })
      })
    })
    request.end(body)
  })
}

/** The code of a failure and the field that it names, in the shape of either interface. */
function namedIn(text: string): Pick<Told, 'field' | 'code'> {
  const [, code = ''] = /"code":"(\w+)"/.exec(text) ?? []
  const [, field] = /"(?:field|param)":"([\w.]+)"/.exec(text) ?? []
  return { code, field }
}
