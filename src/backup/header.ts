import { z } from 'zod'
import { fail } from '../failures.ts'

/** What a container holds: rows of the database, or the keys that lie outside it. */
export type BackupKind = 'database' | 'keys'

/** The first bytes of a container. */
export const MAGIC: Buffer = Buffer.from('FAREBOX-BACKUP\n', 'ascii')

/** The last bytes of a container, by which one that was cut off is told from one that was changed; they vouch for nothing. */
export const END_MARK: Buffer = Buffer.from('FAREBOX-END\n', 'ascii')

/** How a container is written now; a reader knows this number and the ones before it. */
export const CONTAINER_VERSION = 1

/** How long the readable part may be, in bytes. */
export const HEADER_BYTES_MAX = 4096

/** Plain bytes in each piece but the last, which has as many or fewer. */
export const CHUNK_BYTES = 65_536

/** What scrypt costs: 128 MiB and about half a second. Fixed, so that a forged file makes nobody compute more. */
export const SCRYPT = { N: 131_072, r: 8, p: 1 } as const

/** The readable beginning of a container: how its key is found. It says nothing of what is inside but of which kind it is, and when it was made. */
export type BackupHeader = {
  readonly version: number
  readonly kind: BackupKind
  readonly made_at: string
  readonly salt: string
  readonly key: { readonly by: 'scrypt' } | { readonly by: 'x25519'; readonly ephemeral: string; readonly recipient: string }
}

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`))

const SCHEMA = z.strictObject({
  version: z.literal(CONTAINER_VERSION),
  kind: z.enum(['database', 'keys']),
  made_at: z.iso.datetime(),
  salt: hex(32),
  key: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('scrypt') }),
    z.strictObject({ by: z.literal('x25519'), ephemeral: hex(32), recipient: hex(32) }),
  ]),
})

/** The header of its bytes. Fails with backup_newer for a version that is not known here, and with backup_foreign for what is none. */
export function parseHeader(bytes: Buffer): BackupHeader {
  const told = jsonOf(bytes)
  const version = z.looseObject({ version: z.int().positive() }).safeParse(told)
  if (version.success && version.data.version > CONTAINER_VERSION)
    return fail('backup_newer', { what: `container ${version.data.version}` })
  const parsed = SCHEMA.safeParse(told)
  return parsed.success ? parsed.data : fail('backup_foreign')
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}
