import type { ServerResponse } from 'node:http'
import { crc32 } from 'node:zlib'
import type { Exchange } from './exchange.ts'

/** How Bedrock's runtime endpoint invokes a model. */
const PATH = /^\/model\/([^/]+)\/(invoke|invoke-with-response-stream)$/

/**
 * An Anthropic body in which the model of a path of Bedrock's runtime endpoint stands, and whether a stream is wanted; one that names either
 * itself, or no version, is none there. Undefined for other paths. Source:
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html (2026-11-26).
 */
export function bedrockBody(path: string, body: Buffer): Buffer | undefined {
  const [, model, method] = PATH.exec(path) ?? []
  if (model === undefined) return undefined
  const fields = JSON.parse(body.toString()) as Readonly<Record<string, unknown>>
  const isRight = !('model' in fields) && !('stream' in fields) && fields['anthropic_version'] === 'bedrock-2023-05-31'
  const whole = { ...fields, model: decodeURIComponent(model), stream: method !== 'invoke' }
  return Buffer.from(isRight ? JSON.stringify(whole) : '{}')
}

/** Whether a path is one of the runtime endpoint's. */
export const isInvoked = (path: string): boolean => PATH.test(path)

/**
 * The same exchange with a response that writes events in the framing of AWS, in two pieces each, and errors as AWS tells them: as an
 * exception in a stream, with a message and nothing else before. Source: https://smithy.io/2.0/aws/amazon-eventstream.html (2026-11-26).
 */
export function asBedrock({ request, response, socket }: Exchange): Exchange {
  let events = ''
  let manner: 'stream' | 'error' | 'plain' = 'plain'
  const write = (text: Buffer | string): boolean => {
    if (manner !== 'stream') return response.write(text)
    events += text.toString()
    const whole = events.split('\n\n')
    events = whole.pop() ?? ''
    return whole.map((event) => messageOf(event)).every((message) => writeHalves(response, message))
  }
  const own: Readonly<Record<string, unknown>> = {
    write,
    writeHead: (status: number, headers: Readonly<Record<string, string>>) => {
      const { 'content-length': _, ...rest } = headers
      if (status >= 400) manner = 'error'
      else if (headers['content-type']?.startsWith('text/event-stream') === true) manner = 'stream'
      const type = manner === 'stream' ? { 'content-type': 'application/vnd.amazon.eventstream' } : {}
      const told = manner === 'error' ? { 'x-amzn-errortype': 'ValidationException:http://internal.amazon.com/coral/' } : {}
      response.writeHead(status, { ...rest, ...type, ...told })
      return response
    },
    end: (last?: Buffer | string | (() => void)) => {
      if (typeof last === 'function') return response.end(last)
      if (manner === 'error') return response.end(JSON.stringify({ message: messageIn(String(last)) }))
      if (last !== undefined) write(last)
      return response.end()
    },
  }
  const framed = new Proxy(response, {
    get: (target, name) => {
      const value: unknown = own[String(name)] ?? Reflect.get(target, name, target)
      return typeof value === 'function' && own[String(name)] === undefined ? value.bind(target) : value
    },
  })
  return { request, response: framed, socket }
}

function writeHalves(response: ServerResponse, message: Buffer): boolean {
  const half = message.length >> 1
  response.write(message.subarray(0, half))
  return response.write(message.subarray(half))
}

/** An event's data in a message; an error is an exception. */
function messageOf(event: string): Buffer {
  const data = /^data: ?(.*)$/m.exec(event)?.[1] ?? ''
  if (/^event: error$/m.test(event)) {
    const headers = { ':exception-type': 'modelStreamErrorException', ':content-type': 'application/json', ':message-type': 'exception' }
    return awsMessage(headers, JSON.stringify({ message: messageIn(data) }))
  }
  const headers = { ':event-type': 'chunk', ':content-type': 'application/json', ':message-type': 'event' }
  return awsMessage(headers, JSON.stringify({ bytes: Buffer.from(data).toString('base64'), p: 'abcdefgh' }))
}

/** A message of an event stream with headers that are texts. */
export function awsMessage(headers: Readonly<Record<string, string>>, payload: string | Buffer): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => headerOf(name, value)))
  const body = Buffer.from(payload)
  const prelude = Buffer.alloc(12)
  prelude.writeUInt32BE(16 + head.length + body.length, 0)
  prelude.writeUInt32BE(head.length, 4)
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8)
  const message = Buffer.concat([prelude, head, body])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(message), 0)
  return Buffer.concat([message, sum])
}

function headerOf(name: string, value: string): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(Buffer.byteLength(value), 0)
  return Buffer.concat([Buffer.from([Buffer.byteLength(name)]), Buffer.from(name), Buffer.from([7]), length, Buffer.from(value)])
}

function messageIn(json: string): string {
  const told = JSON.parse(json) as { readonly error?: { readonly message?: string } }
  return told.error?.message ?? ''
}
