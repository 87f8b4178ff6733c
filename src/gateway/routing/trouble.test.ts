// Guarantee: what an upstream says of its own money, keys and limits is never told as the customer's, and is held against whom it is about.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openaiChat } from '../../protocols/index.ts'
import { UpstreamTold } from '../../providers/index.ts'
import { troubleOfReply, troubleOfThrown } from './trouble.ts'

type Replied = { readonly status: number; readonly body?: object | string; readonly headers?: Readonly<Record<string, string>> }

function troubleOf({ status, body = {}, headers = {} }: Replied) {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const trouble = troubleOfReply(
    {
      ...{ status, isEmpty: false, headers: { 'content-type': 'application/json', ...headers } },
      beginning: () => bytes,
    },
    openaiChat,
  )
  return trouble === undefined ? undefined : `${trouble.kind} ${trouble.scope} ${trouble.told.status}`
}

const message = (text: string, more: object = {}) => ({ error: { message: text, ...more } })
const google = (reason: string, code: number, status: string) => ({
  error: {
    code,
    status,
    message: '',
    details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' }],
  },
})
const state = (text: string) => message(text, { code: 400, status: 'FAILED_PRECONDITION' })
const rows: readonly (readonly [name: string, replied: Replied, expected: string | undefined])[] = [
  [
    'OpenAI without money',
    { status: 429, body: message('You exceeded your current quota', { code: 'insufficient_quota' }) },
    'quota key 502',
  ],
  ['DeepSeek without money', { status: 402, body: message('Insufficient Balance') }, 'quota key 502'],
  [
    'Anthropic without money, as a 400',
    { status: 400, body: { type: 'error', ...message('Your credit balance is too low to access the Anthropic API.') } },
    'quota key 502',
  ],
  ['DashScope without money', { status: 400, body: { code: 'Arrearage', message: 'Access denied' } }, 'quota key 502'],
  ['Moonshot without money', { status: 403, body: message('', { type: 'exceeded_current_quota_error' }) }, 'quota key 502'],
  ['a customer who says so', { status: 400, body: message('invalid value "Your credit balance is too low"') }, undefined],
  ['a key that is not taken', { status: 401 }, 'credential key 502'],
  ['a key that may not', { status: 403 }, 'credential key 502'],
  ['a key that Google does not take', { status: 400, body: google('API_KEY_INVALID', 400, 'INVALID_ARGUMENT') }, 'credential key 502'],
  ['the same in a list', { status: 400, body: [google('API_KEY_INVALID', 400, 'INVALID_ARGUMENT')] }, 'credential key 502'],
  ['an API that is off at Google', { status: 403, body: google('SERVICE_DISABLED', 403, 'PERMISSION_DENIED') }, 'credential key 502'],
  ['billing that is off at Google', { status: 403, body: google('BILLING_DISABLED', 403, 'PERMISSION_DENIED') }, 'credential key 502'],
  ['a request that Google does not take', { status: 400, body: google('FIELD_INVALID', 400, 'INVALID_ARGUMENT') }, undefined],
  ['a customer who says Google’s word', { status: 400, body: message('API_KEY_INVALID') }, undefined],
  [
    'a place that Google does not serve',
    { status: 400, body: state('User location is not supported for the API use.') },
    'credential key 502',
  ],
  [
    'the same in a list, in OpenAI’s protocol',
    { status: 400, body: [state('User location is not supported for the API use.')] },
    'credential key 502',
  ],
  [
    'a project without billing at Google',
    { status: 400, body: state('Gemini API free tier is not available in your country. Please enable billing on your project.') },
    'credential key 502',
  ],
  ['what else is amiss with a project at Google', { status: 400, body: state('Precondition check failed.') }, 'credential request 502'],
  ['a customer who says that word', { status: 400, body: message('FAILED_PRECONDITION', { status: 'INVALID_ARGUMENT' }) }, undefined],
  [
    'a customer who says that he lives there',
    { status: 400, body: message('User location is not supported for the API use.', { status: 'INVALID_ARGUMENT' }) },
    undefined,
  ],
  ['a limit', { status: 429, headers: { 'retry-after': '7' } }, 'limited key 429'],
  [
    'a limit of an account',
    { status: 429, body: message('Rate limit reached for gpt-4 in organization org-x on tokens per min (TPM)') },
    'limited account 429',
  ],
  [
    'a request beyond any limit',
    { status: 429, body: message('Request too large for gpt-4o in organization org-x') },
    'limited request 429',
  ],
  ['everybody at once', { status: 429, body: message('', { type: 'engine_overloaded_error' }) }, 'limited route 429'],
  ['a time-out of theirs', { status: 408 }, 'timeout route 504'],
  ['a failure of theirs', { status: 500 }, 'server route 502'],
  ['a page', { status: 200, headers: { 'content-type': 'text/html' } }, 'malformed route 502'],
  ['packed', { status: 200, headers: { 'content-encoding': 'gzip' } }, 'malformed route 502'],
  ['elsewhere', { status: 302 }, 'malformed route 502'],
  ['an answer', { status: 200 }, undefined],
  ['an error about the request', { status: 400, body: message('no such field') }, undefined],
  ['a model that is not there', { status: 404, body: message('The model does not exist', { code: 'model_not_found' }) }, undefined],
]

for (const [name, replied, expected] of rows)
  test(`${name}: ${expected ?? 'is the customer’s'}`, () => assert.equal(troubleOf(replied), expected))

test('Retry-After is kept within a minute, whatever is sent', () => {
  const secondsOf = (header: string | undefined) => {
    const headers = { 'content-type': 'application/json', ...(header === undefined ? {} : { 'retry-after': header }) }
    return (
      troubleOfReply({ status: 429, headers, isEmpty: false, beginning: () => Buffer.alloc(0) }, openaiChat)?.told.retryAfterSeconds ?? 0
    )
  }
  for (const [header, seconds] of [
    ['7', 7],
    ['0', 1],
    ['-1', 5],
    ['1000000000000', 5],
    ['999999999', 60],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 5],
    [undefined, 5],
  ] as const)
    assert.equal(secondsOf(header), seconds)
  fc.assert(fc.property(fc.string(), (header) => secondsOf(header) >= 1 && secondsOf(header) <= 60))
})

test('no body makes a refusal of money out of an error of the customer, or breaks', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(400, 404, 413, 422), (body, status) => {
      assert.equal(troubleOf({ status, body: JSON.stringify(body) }), undefined)
    }),
  )
  fc.assert(fc.property(fc.string(), (text) => assert.equal(troubleOf({ status: 400, body: message(`a${text}`) }), undefined)))
})

test('a failure that stands in a reply is what it would have been as a status', () => {
  const told = (status: number) => {
    const { kind, scope, told: failure } = troubleOfThrown(new UpstreamTold(status))
    return `${kind} ${scope} ${failure.status}`
  }
  assert.equal(told(429), 'limited key 429')
  assert.equal(told(408), 'timeout route 504')
  assert.equal(told(500), 'server route 502')
  assert.equal(told(400), 'malformed request 400')
})

test('no connection and no answer in time are told apart', () => {
  const thrown = (code: string) => troubleOfThrown(Object.assign(new Error('x'), { code }))
  for (const code of ['UND_ERR_HEADERS_TIMEOUT', 'UPSTREAM_CONNECT_TIMEOUT', 'UPSTREAM_HEAD_TIMEOUT', 'UPSTREAM_BODY_TIMEOUT'])
    assert.deepEqual([thrown(code).told.code, thrown(code).isPassing], ['upstream_timeout', false])
  assert.deepEqual([thrown('UPSTREAM_CONNECTION_LOST').isPassing, thrown('UPSTREAM_REPLY_MALFORMED').isPassing], [true, false])
  assert.deepEqual([thrown('ECONNREFUSED').told.code, thrown('ECONNREFUSED').isPassing], ['upstream_failed', true])
  assert.equal(thrown('HPE_INVALID_CONSTANT').isPassing, false)
})
