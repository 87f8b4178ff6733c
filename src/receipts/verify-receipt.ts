import { createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { leafOf } from './call-rows.ts'
import { canonicalJson } from './canonical-json.ts'
import { type DayRoot, dayLeafOf } from './day-roots.ts'
import { isSignedBy, readJws } from './jws.ts'
import { climb, type Step } from './merkle.ts'
import { type BatchClaims, batchClaims, type ReceiptCall, type ShownReceipt, shownReceipt } from './shape.ts'
import { thumbprintOf } from './signing-keys.ts'
import { sumProblems } from './sum.ts'

/** What a receipt is held against: published keys by kid, published roots by day. Each is optional; with neither nothing is proven. */
export type Evidence = { readonly keys?: ReadonlyMap<string, KeyObject>; readonly dayRoots?: ReadonlyMap<string, DayRoot> }

/** What was found: a receipt without problems that is proven by a signature, by the root of its day, or by both. */
export type Checked = {
  readonly problems: readonly string[]
  readonly provenBy: readonly ('signature' | 'day root')[]
  readonly call: ReceiptCall | undefined
}

/**
 * Checks a receipt without asking anybody: its cost is that of its usage at its rates, the sum it shows is that of the call, its path leads to the root that was signed, the
 * signature is that of a published key, and the batch is in the published root of its day.
 */
export function verifyReceipt(text: string, evidence: Evidence): Checked {
  const receipt = readReceipt(text)
  if (receipt === undefined) return { problems: ['this is not a receipt, or a part of one'], provenBy: [], call: undefined }
  const { call, batch, day } = receipt
  const jws = readJws(batch.jws)
  const claims = jws === undefined ? undefined : readClaims(jws.payload)
  if (jws === undefined || claims === undefined) return { problems: ['the signed text cannot be read'], provenBy: [], call }
  const problems = [...sumProblems(call, receipt.sum), ...batchProblems(receipt, claims)]
  const provenBy: Checked['provenBy'][number][] = []
  if (evidence.keys !== undefined) {
    const key = evidence.keys.get(jws.kid)
    if (key === undefined) problems.push('the key that signed it is not among the published keys')
    else if (isSignedBy(jws, key)) provenBy.push('signature')
    else problems.push('the signature is not that of the published key')
  }
  if (day !== null && hexOf(climb(dayLeafOf(bytesOf(day.salt), batch.jws), stepsOf(day.path))) !== day.root)
    problems.push('its path does not lead to the root of its day')
  if (evidence.dayRoots !== undefined) {
    const wrong = dayProblem(receipt, evidence.dayRoots)
    if (wrong === undefined) provenBy.push('day root')
    else problems.push(wrong)
  }
  return { problems, provenBy: problems.length === 0 ? provenBy : [], call }
}

/** The keys of a JWK set by kid; undefined when it is none. A key under another kid than its thumbprint is left out. */
export function readPublicKeys(text: string): ReadonlyMap<string, KeyObject> | undefined {
  const set = parse(text, z.object({ keys: z.array(z.object({ kid: z.string(), x: z.string().optional() })) }))
  if (set === undefined) return undefined
  const ours = set.keys.flatMap(({ kid, x }) => (x !== undefined && thumbprintOf(x) === kid ? [{ kid, x }] : []))
  return new Map(ours.map(({ kid, x }) => [kid, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })]))
}

const publishedRoots = z.object({
  data: z.array(z.object({ day: z.string(), root: z.string(), salt: z.string(), batches: z.int() })),
})

/** Published day roots by day; undefined when this is no list of them. */
export function readDayRoots(text: string): ReadonlyMap<string, DayRoot> | undefined {
  const list = parse(text, publishedRoots)
  return list === undefined ? undefined : new Map(list.data.map((root) => [root.day, root]))
}

/** A receipt in the shape and with the members it has to have, none twice. */
function readReceipt(text: string): ShownReceipt | undefined {
  const receipt = parse(text, shownReceipt)
  if (receipt === undefined) return undefined
  // A member given twice is read once and so comes out shorter; spaces between members say nothing.
  const spaceless = text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1')
  return canonicalJson(receipt).length === spaceless.length ? receipt : undefined
}

function readClaims(payload: string): BatchClaims | undefined {
  const claims = parse(payload, batchClaims)
  return claims !== undefined && canonicalJson(claims) === payload ? claims : undefined
}

function parse<Schema extends z.ZodType>(text: string, schema: Schema): z.infer<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}

function batchProblems({ call, batch }: ShownReceipt, claims: BatchClaims): readonly string[] {
  const root = hexOf(climb(leafOf(call), stepsOf(batch.path)))
  return [
    ...(root === claims.root ? [] : ['its path does not lead to the root that was signed']),
    ...(call.day === claims.day ? [] : ['it was signed for another day']),
  ]
}

function dayProblem({ day, call }: ShownReceipt, published: ReadonlyMap<string, DayRoot>): string | undefined {
  if (day === null) return 'it has no path to the root of its day yet; fetch it again after its day'
  const known = published.get(call.day)
  if (known === undefined) return 'no root is published for its day'
  return known.root === day.root && known.salt === day.salt ? undefined : 'the published root of its day is another'
}

const hexOf = (bytes: Buffer): string => bytes.toString('hex')
const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex')

const stepsOf = (path: ShownReceipt['batch']['path']): readonly Step[] =>
  path.map((step) => ('left' in step ? { left: bytesOf(step.left) } : { right: bytesOf(step.right) }))
