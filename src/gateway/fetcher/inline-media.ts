import type { MediaAddress } from '../../protocols/index.ts'
import { LONGEST_TYPE } from './media-kinds.ts'

/** What was fetched: its type by its own first bytes. */
export type FetchedMedia = { readonly mimeType: string; readonly bytes: Buffer }

/** Stands for what is yet to be fetched, where a call's bounds are worked out: no bytes, of the type with the longest name. */
export const placeholders = (addresses: readonly MediaAddress[]): readonly FetchedMedia[] =>
  addresses.map(({ kind }) => ({ mimeType: LONGEST_TYPE[kind], bytes: Buffer.alloc(0) }))

/** A request in which each address is replaced by what lies there, in the words of its protocol; all else stays as it is, byte for byte. */
export function inlineMedia(body: Buffer, addresses: readonly MediaAddress[], media: readonly FetchedMedia[]): Buffer {
  const parts: Buffer[] = []
  let from = 0
  for (const [index, { start, end, around }] of addresses.entries()) {
    const one = media[index]
    if (one === undefined || start < from) throw new TypeError('addresses out of their order')
    const [before, after] = around(one.mimeType)
    parts.push(body.subarray(from, start), Buffer.from(before), Buffer.from(one.bytes.toString('base64'), 'latin1'), Buffer.from(after))
    from = end
  }
  return Buffer.concat([...parts, body.subarray(from)])
}
