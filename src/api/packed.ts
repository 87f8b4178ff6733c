import type { Context } from 'hono'
import type { ApiEnv } from './dependencies.ts'

/** A body as it is, and compressed in each of two ways where it is worth it. */
export type Packed = {
  readonly plain: Buffer<ArrayBuffer>
  readonly br?: Buffer<ArrayBuffer>
  readonly gzip?: Buffer<ArrayBuffer>
}

/** Answers with a body in the form that the client takes. Source: RFC 9110 §12.5.3 (2022-06). */
export function answerPacked(c: Context<ApiEnv>, { plain, br, gzip }: Packed): Response {
  const accepted = c.req.header('accept-encoding') ?? ''
  const encoding = br !== undefined && /\bbr\b/.test(accepted) ? 'br' : gzip !== undefined && /\bgzip\b/.test(accepted) ? 'gzip' : undefined
  c.header('vary', 'accept-encoding')
  if (encoding !== undefined) c.header('content-encoding', encoding)
  return c.body((encoding === 'br' ? br : encoding === 'gzip' ? gzip : undefined) ?? plain)
}
