import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Context } from 'hono'
import type { ApiEnv } from './dependencies.ts'
import { answerPacked, type Packed } from './packed.ts'

/** Quick rather than small: whoever asks first waits for it, and all others of that moment with them. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }

/**
 * Answers with a document that is the same as long as the process lives, made and packed when it is first asked for, as making it takes as long as
 * a hundred other requests.
 */
export function keptDocument(make: () => object): (c: Context<ApiEnv>) => Response {
  let kept: Packed | undefined
  return (c) => {
    kept ??= pack(make())
    c.header('cache-control', 'no-store')
    c.header('content-type', 'application/json')
    return answerPacked(c, kept)
  }
}

function pack(document: object): Packed {
  const plain = Buffer.from(JSON.stringify(document))
  return { plain, br: brotliCompressSync(plain, QUALITY), gzip: gzipSync(plain) }
}
