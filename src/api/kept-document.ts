import { createHash } from 'node:crypto'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Context } from 'hono'
import type { ApiEnv } from './dependencies.ts'
import { answerPacked, type Packed } from './packed.ts'

/** Quick rather than small: whoever asks first waits for it, and all others of that moment with them. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }

/**
 * Answers with a document that is the same as long as the process lives, made when it is first asked for, as making it takes as long as a hundred
 * other requests; whoever has it already is told so. Source: RFC 9110 §8.8.3 and §13.1.2 (2022-06).
 */
export function keptDocument(make: () => object): (c: Context<ApiEnv>) => Response {
  let kept: { readonly tag: string; readonly packed: Packed } | undefined
  return (c) => {
    kept ??= keep(make())
    c.header('etag', kept.tag)
    c.header('cache-control', 'no-cache')
    const known = (c.req.header('if-none-match') ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''))
    if (known.includes(kept.tag)) return c.body(null, 304)
    c.header('content-type', 'application/json')
    return answerPacked(c, kept.packed)
  }
}

function keep(document: object): { readonly tag: string; readonly packed: Packed } {
  const plain = Buffer.from(JSON.stringify(document))
  const tag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 27)}"`
  return { tag, packed: { plain, br: brotliCompressSync(plain, QUALITY), gzip: gzipSync(plain) } }
}
