import { openaiChat } from '../openai-chat/index.ts'
import type { OpenaiSurface, Protocol } from '../protocol.ts'

/** What one of OpenAI's surfaces has of its own; `path` is after the base URL, which ends in /v1. */
export type SurfaceParts = Pick<Protocol, 'begin' | 'decode' | 'readReply' | 'form' | 'replyTypes'> & {
  readonly id: OpenaiSurface
  readonly path: string
}

/** A surface of OpenAI's API: errors, models and limit headers are those of chat completions. No service tier is sold there. */
export function surface({ id, path, begin, decode, readReply, form, replyTypes }: SurfaceParts): Protocol {
  return {
    ...{ ...openaiChat, begin },
    ...{ id, decode, readReply, clientPath: `/v1${path}`, upstreamPath: () => path, serviceTiers: new Map() },
    ...(form === undefined ? {} : { form }),
    ...(replyTypes === undefined ? {} : { replyTypes }),
  }
}
