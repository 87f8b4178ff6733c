import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'

/** Clauses that nothing but a document of somebody else can show. */
export const ATTESTED_CLAUSES = ['S1.22', 'S2.18', 'S3.11', 'S3.12'] as const
export type AttestedClause = (typeof ATTESTED_CLAUSES)[number]

/** What somebody else attests: a file of the folder `attestations`, which lies beside farebox.yaml with the document that it names. */
const attestationFile = z.strictObject({
  clause: z.enum(ATTESTED_CLAUSES),
  subject: z.string().min(1).max(200),
  issuer: z.string().min(1).max(200),
  scope: z.string().min(1).max(400),
  issued: z.iso.date(),
  expires: z.iso.date(),
  document: z.string().regex(/^[\w][\w.-]{0,127}$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

/** An attestation that was read; dates are UTC days. */
export type Attestation = z.output<typeof attestationFile> & { readonly file: string }

/** Why a file of the folder attests nothing. */
export type AttestationFault = {
  readonly file: string
  readonly reason: 'unreadable' | 'not yet' | 'expired' | 'no document' | 'another document'
}

/** Attestations that hold at a time, and what is wrong with the others. */
export type Attestations = { readonly valid: readonly Attestation[]; readonly faults: readonly AttestationFault[] }

const FILES_MAX = 100

/** Reads the folder's *.json; one that is not there attests nothing. A document has to be there, and to be the one whose SHA-256 the file names. */
export function readAttestations(folder: string | undefined, now: number): Attestations {
  if (folder === undefined || !existsSync(folder)) return { valid: [], faults: [] }
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .slice(0, FILES_MAX)
  const read = files.map((name) => readOne(folder, name, now))
  return {
    valid: read.filter((one) => 'clause' in one),
    faults: read.filter((one) => 'reason' in one),
  }
}

function readOne(folder: string, name: string, now: number): Attestation | AttestationFault {
  const file = basename(name)
  const checked = attestationFile.safeParse(parse(readFileSync(join(folder, name), 'utf8')))
  if (!checked.success) return { file, reason: 'unreadable' }
  const { issued, expires, document, sha256 } = checked.data
  if (dayAt(issued) > now) return { file, reason: 'not yet' }
  if (dayAt(expires) <= now) return { file, reason: 'expired' }
  const path = join(folder, document)
  if (!existsSync(path)) return { file, reason: 'no document' }
  const hash = createHash('sha256').update(readFileSync(path)).digest('hex')
  return hash === sha256 ? { ...checked.data, file } : { file, reason: 'another document' }
}

const dayAt = (day: string): number => Date.parse(`${day}T00:00:00Z`)

/** Whether something that is attested for some UTC days is so at a time, in milliseconds since 1970 UTC. */
export const holdsAt = ({ issued, expires }: Pick<Attestation, 'issued' | 'expires'>, now: number): boolean =>
  dayAt(issued) <= now && now < dayAt(expires)

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}
