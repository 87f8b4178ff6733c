import { isDeepStrictEqual } from 'node:util'
import { seededRandom } from '../../sim/index.ts'
import { LastHead, type PlainHead, readPlainHead } from '../../src/gateway/fast-path/index.ts'
import { NodeReader } from './node-reading.ts'
import { nextCase, type RequestCase, requestCase } from './request-cases.ts'

/**
 * What came of a comparison: how many cases were taken by the fast path and how many left, how many of those taken were read by the head before them, and
 * those that Node reads otherwise, in JSON.
 */
export type SameReading = { readonly taken: number; readonly left: number; readonly again: number; readonly found: readonly string[] }

/** The paths that cases are about. */
const PATHS: ReadonlySet<string> = new Set(['/v1/chat/completions', '/v1/messages'])
const FOUND_MAX = 10
/** How often the next request on a connection is one that has nothing of the last. */
const NEW_SHARE = 0.3

/** Holds what the fast path takes for a request, one after the other on a connection, against what Node's own parser makes of the same bytes. */
export async function compareReadings({ n, seed }: { readonly n: number; readonly seed: number }): Promise<SameReading> {
  const random = seededRandom(seed).next
  const reader = new NodeReader()
  const connection = new LastHead(PATHS)
  const found: string[] = []
  let [taken, again] = [0, 0]
  let last: { readonly one: RequestCase; readonly head: PlainHead } | undefined
  for (let count = 0; count < n && found.length < FOUND_MAX; count += 1) {
    const one = last === undefined || random() < NEW_SHARE ? requestCase(random) : nextCase(last.one, random)
    const head = connection.read(one.bytes)
    if (!isAsAnew(head, one)) found.push(JSON.stringify(one.bytes.toString('latin1')))
    if (head === undefined) continue
    taken += 1
    if (head.facts === last?.head.facts) again += 1
    last = { one, head }
    if (!(await isReadAlike(reader, one, head))) found.push(JSON.stringify(one.bytes.toString('latin1')))
  }
  return { taken, left: n - taken, again, found }
}

/** How many of some requests the fast path would take. */
export const countTaken = (requests: readonly Buffer[]): number =>
  requests.filter((bytes) => readPlainHead(bytes, PATHS) !== undefined).length

/** Whether what was read on a connection is what the bytes alone say, and what is known of its key hangs on its own headers. */
function isAsAnew(head: PlainHead | undefined, { bytes }: RequestCase): boolean {
  const anew = readPlainHead(bytes, PATHS)
  if (head === undefined || anew === undefined) return head === anew
  const key = (of: PlainHead): string => JSON.stringify([of.headers['authorization'], of.headers['x-api-key']])
  head.facts.keyDigest ??= key(head)
  return head.facts.keyDigest === key(anew) && isDeepStrictEqual({ ...head, facts: anew.facts }, anew)
}

/** Whether the first request that Node reads in bytes is the one that the fast path takes. */
async function isReadAlike(reader: NodeReader, { bytes }: RequestCase, head: PlainHead): Promise<boolean> {
  const [first] = await reader.read(bytes)
  const body = bytes.toString('latin1', head.bodyAt, Math.min(bytes.length, head.bodyAt + head.length))
  const ours = { method: 'POST', path: head.path, headers: { ...head.headers, 'content-length': String(head.length) }, body }
  return first !== undefined && isDeepStrictEqual({ ...first, headers: { ...first.headers } }, ours)
}
