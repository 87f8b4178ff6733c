import { isDeepStrictEqual } from 'node:util'
import { seededRandom } from '../../sim/index.ts'
import { readPlainHead } from '../../src/gateway/fast-path/index.ts'
import { NodeReader } from './node-reading.ts'
import { requestCase } from './request-cases.ts'

/** What came of a comparison: how many cases were taken by the fast path and how many left, and those that Node reads otherwise, in JSON. */
export type SameReading = { readonly taken: number; readonly left: number; readonly found: readonly string[] }

/** The paths that cases are about. */
const PATHS: ReadonlySet<string> = new Set(['/v1/chat/completions', '/v1/messages'])
const FOUND_MAX = 10

/** Holds what the fast path takes for a request against what Node's own parser makes of the same bytes. */
export async function compareReadings({ n, seed }: { readonly n: number; readonly seed: number }): Promise<SameReading> {
  const random = seededRandom(seed).next
  const reader = new NodeReader()
  const found: string[] = []
  let taken = 0
  for (let count = 0; count < n && found.length < FOUND_MAX; count += 1) {
    const { bytes } = requestCase(random)
    if (readPlainHead(bytes, PATHS) === undefined) continue
    taken += 1
    if (!(await isReadAlike(reader, bytes))) found.push(JSON.stringify(bytes.toString('latin1')))
  }
  return { taken, left: n - taken, found }
}

/** How many of some requests the fast path would take. */
export const countTaken = (requests: readonly Buffer[]): number =>
  requests.filter((bytes) => readPlainHead(bytes, PATHS) !== undefined).length

/** Whether the first request that Node reads in bytes is the one that the fast path takes. */
async function isReadAlike(reader: NodeReader, bytes: Buffer): Promise<boolean> {
  const head = readPlainHead(bytes, PATHS)
  if (head === undefined) return false
  const [first] = await reader.read(bytes)
  const body = bytes.toString('latin1', head.bodyAt, Math.min(bytes.length, head.bodyAt + head.length))
  const ours = { method: 'POST', path: head.path, headers: { ...head.headers }, body }
  return first !== undefined && isDeepStrictEqual({ ...first, headers: { ...first.headers } }, ours)
}
