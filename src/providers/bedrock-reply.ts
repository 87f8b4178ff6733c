import { readJson } from '../lib/index.ts'
import { type AwsMessage, awsMessageReader } from './aws-event-stream.ts'
import { type ReplyHead, type ReplyRewriting, UpstreamTold } from './reply-rewriting.ts'

const STREAM_TYPE = 'application/vnd.amazon.eventstream'
const ERROR_BYTES_MAX = 65_536

/** What exceptions in a stream stand for. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ResponseStream.html (2026-11-26). */
const EXCEPTION_STATUSES: Readonly<Record<string, number>> = {
  internalServerException: 500,
  modelStreamErrorException: 500,
  modelTimeoutException: 408,
  serviceUnavailableException: 503,
  throttlingException: 429,
  validationException: 400,
}

/** The status for a model that failed; in HTTP it is one of the client's. Source: as below. */
const MODEL_FAILED = 424

/**
 * A reply of an Anthropic model of Bedrock's runtime endpoint as Anthropic has it: the events of a stream out of the framing of AWS, an error
 * in the shape of Anthropic's; undefined where it is that already. Sources:
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html,
 * https://github.com/anthropics/anthropic-sdk-typescript (packages/bedrock-sdk/src/core/streaming.ts) (2026-11-26).
 */
export function bedrockReply({ status, headers }: ReplyHead): ReplyRewriting | undefined {
  if (status >= 400) return errorReply({ status, headers })
  return String(headers['content-type']).startsWith(STREAM_TYPE) ? streamReply({ status, headers }) : undefined
}

function streamReply({ status, headers }: ReplyHead): ReplyRewriting {
  const messages = awsMessageReader()
  return {
    ...{ status, headers: { ...headers, 'content-type': 'text/event-stream' } },
    push: (chunk) => Buffer.concat(messages.push(chunk).map(eventOf)),
    end: () => {
      if (!messages.isBetween()) throw new Error('an event stream that ended in a message')
      return Buffer.alloc(0)
    },
  }
}

/** A message as a server-sent event; nothing for kinds that are not known. */
function eventOf({ headers, payload }: AwsMessage): Buffer {
  if (headers.get(':message-type') !== 'event') throw new UpstreamTold(EXCEPTION_STATUSES[headers.get(':exception-type') ?? ''] ?? 500)
  if (headers.get(':event-type') !== 'chunk') return Buffer.alloc(0)
  const data = Buffer.from(String(recordIn(payload)['bytes']), 'base64')
  const event = recordIn(data)
  // A line break in the data would end it.
  const line = data.includes('\n') || data.includes('\r') ? Buffer.from(JSON.stringify(event)) : data
  return Buffer.concat([Buffer.from(`event: ${String(event['type']).replace(/[^\w.-]/g, '')}\ndata: `), line, END])
}

const END = Buffer.from('\n\n')

/** The object of a JSON text. What a parser says of one that is none quotes it, so that it is not told on. */
function recordIn(json: Buffer): Readonly<Record<string, unknown>> {
  const value = parsed(json)
  if (typeof value !== 'object' || value === null) throw new Error('an event of a stream that is no JSON object')
  return value as Readonly<Record<string, unknown>>
}

function parsed(json: Buffer): unknown {
  try {
    return readJson(json.toString('utf8'))
  } catch {
    // No JSON, so no object either.
    return undefined
  }
}

/** Names of errors by status. Source: https://docs.claude.com/en/api/errors (2026-11-26). */
const ERROR_TYPES: Readonly<Record<number, string>> = {
  ...{ 400: 'invalid_request_error', 401: 'authentication_error', 403: 'permission_error', 404: 'not_found_error' },
  ...{ 413: 'request_too_large', 429: 'rate_limit_error', 503: 'overloaded_error' },
}

function errorReply({ status: told, headers }: ReplyHead): ReplyRewriting {
  const status = told === MODEL_FAILED ? 500 : told
  const parts: Buffer[] = []
  let bytes = 0
  return {
    ...{ status, headers: { ...headers, 'content-type': 'application/json' } },
    push: (chunk) => {
      bytes += chunk.length
      if (bytes <= ERROR_BYTES_MAX) parts.push(chunk)
      return Buffer.alloc(0)
    },
    end: () => {
      const type = ERROR_TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')
      return Buffer.from(JSON.stringify({ type: 'error', error: { type, message: messageIn(Buffer.concat(parts)) } }))
    },
  }
}

/** What an error says, which AWS writes in either way; a page of whatever stands before it says nothing. */
function messageIn(body: Buffer): string {
  const told = parsed(body)
  const { message, Message } = (typeof told === 'object' && told !== null ? told : {}) as Readonly<Record<string, unknown>>
  return [message, Message].find((text): text is string => typeof text === 'string') ?? ''
}
