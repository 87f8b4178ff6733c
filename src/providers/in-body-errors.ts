import type { IncomingHttpHeaders } from 'node:http'
import { readJson } from '../lib/index.ts'

/**
 * How an upstream tells errors with status 200: in an object at the root of the body, or of a stream's first event, by a number that is
 * not zero. `statuses`: what it would have been in HTTP; whatever else is a failure of theirs.
 */
export type InBodyErrors = { readonly object: string; readonly code: string; readonly statuses: Readonly<Record<number, number>> }

/** A reply as far as it has come. */
export type BegunReply = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly beginning: () => Buffer }

const STATUS_OF_OTHERS = 500
const STREAM_TYPE = /^text\/event-stream\b/i
const DATA_LINE = /^data:[^\r\n]*/m
const BLANK_LINE = /\n\r?\n|\r\r/

/** Whether enough of a reply has come to tell its error: a stream's first event; of a whole reply nothing but its end will do. */
export const isErrorTold = (reply: BegunReply): boolean =>
  STREAM_TYPE.test(String(reply.headers['content-type'])) && firstData(reply.beginning().toString('latin1')) !== undefined

/** The status that an error told with status 200 should have had; undefined where none is told. */
export function inBodyStatus(reply: BegunReply, { object, code, statuses }: InBodyErrors): number | undefined {
  if (reply.status !== 200) return undefined
  const text = reply.beginning().toString('utf8')
  const isStream = STREAM_TYPE.test(String(reply.headers['content-type']))
  const json = isStream ? firstData(text) : text
  const told = recordOf(recordOf(parsed(json ?? ''))[object])[code]
  return typeof told !== 'number' || told === 0 ? undefined : (statuses[told] ?? STATUS_OF_OTHERS)
}

/** The data of the first event that has some, once the blank line that ends the event has come; looked for once, however many lines it has. */
function firstData(text: string): string | undefined {
  const found = DATA_LINE.exec(text)
  if (found === null || !BLANK_LINE.test(text.slice(found.index + found[0].length))) return undefined
  return found[0].slice('data:'.length)
}

function parsed(json: string): unknown {
  try {
    return readJson(json)
  } catch {
    // Longer than what is kept of a beginning, or no JSON: an error is neither.
    return undefined
  }
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
