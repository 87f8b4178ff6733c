import type { Protocol } from '../protocols/index.ts'
import type { UpstreamReply } from './upstream-reply.ts'

/** The content type of an upstream's reply, without its parameters, if the protocol has answers of it; undefined for others. */
export function replyTypeOf({ status, headers }: Pick<UpstreamReply, 'status' | 'headers'>, { replyTypes }: Protocol): string | undefined {
  const told = headers['content-type']
  // As most have it.
  if (told === 'application/json') return told
  const type = String(told ?? '')
  const end = type.indexOf(';')
  const bare = (end < 0 ? type : type.slice(0, end)).trim().toLowerCase()
  if (bare === 'application/json' || bare === 'text/event-stream') return bare
  return status < 400 && replyTypes?.test(bare) === true ? bare : undefined
}
