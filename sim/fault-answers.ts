import type { SimFaultName } from './faults.ts'
import { isOpenai, type SimProtocol } from './request.ts'

/** A whole HTTP answer. */
export type SimAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What an answer may repeat of the call. */
export type AnswerInput = { readonly protocol: SimProtocol; readonly lastUserText: string; readonly model: string }

const JSON_TYPE = { 'content-type': 'application/json' }
const HTML = { 'content-type': 'text/html; charset=utf-8', server: 'cloudflare' }
const PAGE =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n'

/** The answer of a fault that answers something else than was asked for; undefined for other faults. */
export function faultAnswer(fault: SimFaultName, input: AnswerInput): SimAnswer | undefined {
  return ANSWERS[fault]?.(input)
}

const ANSWERS: { readonly [fault: string]: (input: AnswerInput) => SimAnswer } = {
  'html-502': () => ({ status: 502, headers: HTML, body: PAGE }),
  'html-200': () => ({ status: 200, headers: HTML, body: PAGE }),
  'empty-200': () => ({ status: 200, headers: JSON_TYPE, body: '' }),
  'status-204': () => ({ status: 204, headers: {}, body: '' }),
  'limited-429': limited('7'),
  'limited-429-negative': limited('-1'),
  'limited-429-huge': limited('1000000000000'),
  'limited-429-date': limited('Sun, 06 Nov 1994 08:49:37 GMT'),
  'quota-429': ({ protocol }) =>
    errorAnswer(protocol, {
      status: 429,
      type: 'insufficient_quota',
      code: 'insufficient_quota',
      message: 'You exceeded your current quota, please check your plan and billing details.',
    }),
  'error-500-echo': ({ protocol, lastUserText }) =>
    errorAnswer(protocol, {
      status: 500,
      type: isOpenai(protocol) ? 'server_error' : 'api_error',
      message: `Could not process the prompt: ${lastUserText}`,
    }),
  'overloaded-503': ({ protocol }) =>
    errorAnswer(protocol, { status: 503, type: 'service_unavailable_error', message: 'The engine is currently overloaded.' }),
  'overloaded-529': ({ protocol }) => errorAnswer(protocol, { status: 529, type: 'overloaded_error', message: 'Overloaded' }),
  'unauthorized-401': ({ protocol }) => unauthorizedAnswer(protocol),
  'balance-402': ({ protocol }) =>
    errorAnswer(protocol, {
      status: 402,
      type: isOpenai(protocol) ? 'unknown_error' : 'billing_error',
      code: 'invalid_request_error',
      message: isOpenai(protocol) ? 'Insufficient Balance' : 'There is an issue with your billing or payment information.',
    }),
  'invalid-400': ({ protocol, lastUserText }) =>
    errorAnswer(protocol, {
      status: 400,
      type: 'invalid_request_error',
      code: 'invalid_value',
      param: 'messages[0].content',
      message: `messages.0.content: invalid value "${lastUserText}"`,
    }),
  'model-404': ({ protocol, model }) => modelUnknownAnswer(protocol, model),
  'redirect-302': () => ({ status: 302, headers: { location: '/redirected' }, body: '' }),
}

/** What an error answer says; `code` and `param` are OpenAI's. */
export type ErrorContent = {
  readonly status: number
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly param?: string | null
}

/** An error in the protocol's own shape. Source: OpenAI "Error codes" and Anthropic "Errors" pages (read 2026-11). */
export function errorAnswer(protocol: SimProtocol, content: ErrorContent): SimAnswer {
  const { status, type, message } = content
  if (protocol === 'gemini') return { status, headers: JSON_TYPE, body: geminiError(content) }
  const body = isOpenai(protocol)
    ? { error: { message, type, param: content.param ?? null, code: content.code ?? null } }
    : { type: 'error', error: { type, message }, request_id: 'req_011CSimulated' }
  return { status, headers: JSON_TYPE, body: JSON.stringify(body) }
}

const RPC_NAMES: Readonly<Record<number, string>> = {
  ...{ 401: 'UNAUTHENTICATED', 402: 'FAILED_PRECONDITION', 403: 'PERMISSION_DENIED', 404: 'NOT_FOUND', 429: 'RESOURCE_EXHAUSTED' },
  ...{ 500: 'INTERNAL', 503: 'UNAVAILABLE', 504: 'DEADLINE_EXCEEDED', 529: 'UNAVAILABLE' },
}

const geminiError = ({ status, message }: ErrorContent): string =>
  JSON.stringify({ error: { code: status, message, status: RPC_NAMES[status] ?? 'INVALID_ARGUMENT' } }, undefined, 2)

/** The list of models, with one in it. */
export const modelsAnswer = (id: string): SimAnswer => ({
  status: 200,
  headers: JSON_TYPE,
  body: JSON.stringify({ object: 'list', data: [{ id, object: 'model', created: 1_763_683_200, owned_by: 'simulated' }] }),
})

/** How many tokens messages have. Source: https://docs.claude.com/en/api/messages-count-tokens (2026-11-26). */
export const countAnswer = (tokens: number): SimAnswer => ({
  status: 200,
  headers: JSON_TYPE,
  body: JSON.stringify({ input_tokens: tokens }),
})

/** 401 for a wrong key. */
export const unauthorizedAnswer = (protocol: SimProtocol): SimAnswer =>
  isOpenai(protocol)
    ? errorAnswer(protocol, { status: 401, type: 'invalid_request_error', code: 'invalid_api_key', message: 'Incorrect API key provided.' })
    : errorAnswer(protocol, { status: 401, type: 'authentication_error', message: 'invalid x-api-key' })

/** 404 for an unknown model. */
export const modelUnknownAnswer = (protocol: SimProtocol, model: string): SimAnswer =>
  isOpenai(protocol)
    ? errorAnswer(protocol, {
        status: 404,
        type: 'invalid_request_error',
        code: 'model_not_found',
        message: `The model \`${model}\` does not exist or you do not have access to it.`,
      })
    : errorAnswer(protocol, { status: 404, type: 'not_found_error', message: `model: ${model}` })

function limited(retryAfter: string): (input: AnswerInput) => SimAnswer {
  return ({ protocol }) => {
    const answer = errorAnswer(protocol, {
      status: 429,
      type: isOpenai(protocol) ? 'requests' : 'rate_limit_error',
      code: 'rate_limit_exceeded',
      message: 'Rate limit reached. Please try again later.',
    })
    return { ...answer, headers: { ...answer.headers, 'retry-after': retryAfter } }
  }
}
