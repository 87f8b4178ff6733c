import type { Protocol } from '../protocols/index.ts'
import type { UpstreamReply } from './upstream-reply.ts'

/** The content type of an upstream's reply, without its parameters, if the protocol has answers of it; undefined for others. */
export function replyTypeOf({ status, headers }: UpstreamReply, { replyTypes }: Protocol): string | undefined {
  const [type = ''] = String(headers['content-type'] ?? '')
    .toLowerCase()
    .split(';', 1)
  const bare = type.trim()
  if (bare === 'application/json' || bare === 'text/event-stream') return bare
  return status < 400 && replyTypes?.test(bare) === true ? bare : undefined
}
