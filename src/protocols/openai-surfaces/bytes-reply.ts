import type { Usage } from '../../spec/index.ts'
import { NOTHING } from '../json-bytes.ts'
import type { ReplyReader } from '../protocol.ts'

/** What is made of a reply that is no JSON and tells no usage. `usage` is what is known of it so far; `tokensOf` how many tokens so many bytes are. */
export type BytesReply = {
  readonly usage: () => Usage | undefined
  readonly tokensOf: (bytes: number) => number
  readonly onBytes?: (chunk: Buffer) => void
}

/** Passes sound or plain text on as it comes; it is whole when the connection says so. */
export function readBytesReply({ usage, tokensOf, onBytes }: BytesReply): ReplyReader {
  let bytes = 0
  let isComplete = false
  return {
    push: (chunk) => {
      bytes += chunk.length
      onBytes?.(chunk)
      return chunk
    },
    end: () => {
      isComplete = true
      return NOTHING
    },
    usage,
    isUsageSuspect: () => false,
    countedOutput: () => tokensOf(bytes),
    isComplete: () => isComplete,
    hasLastFrame: false,
    isUsageFinal: () => false,
    isError: () => false,
    reportedModel: () => undefined,
    serviceTier: () => undefined,
    leastOutput: () => 0,
    endsItself: false,
    stopAtLength: (passed) => passed,
  }
}
