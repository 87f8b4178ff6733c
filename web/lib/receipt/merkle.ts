import { type Bytes, bytesOfHex, joined } from './bytes.ts'

/** One step of a path: the hash beside, in hexadecimal, and on which side it stands. */
export type Step = { readonly left: string } | { readonly right: string }

/** SHA-256, by the browser. */
export const sha256 = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))

/** SHA-256 of a zero byte and the content. Source: RFC 6962 §2.1 (2013-06, read 2026-11-26). */
export const hashLeaf = (content: Bytes): Promise<Bytes> => sha256(joined(Uint8Array.of(0), content))

const hashNode = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(joined(Uint8Array.of(1), left, right))

/** The root that a path leads to from a leaf hash. Source: RFC 6962 §2.1 (2013-06, read 2026-11-26). */
export async function climb(leaf: Bytes, path: readonly Step[]): Promise<Bytes> {
  let at = leaf
  for (const step of path) at = await ('left' in step ? hashNode(bytesOfHex(step.left), at) : hashNode(at, bytesOfHex(step.right)))
  return at
}
