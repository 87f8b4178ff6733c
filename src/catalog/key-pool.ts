import type { Sealing } from './desired.ts'

/** The further keys of an upstream as they are stored: a list, sealed as one; null for none. */
export const sealKeyPool = (keys: readonly string[] | undefined, purpose: string, sealing: Pick<Sealing, 'seal'>): Buffer | null =>
  keys === undefined || keys.length === 0 ? null : sealing.seal(Buffer.from(JSON.stringify(keys), 'utf8'), purpose)

/** The keys of such a list; none for null. */
export const openKeyPool = (sealed: Buffer | null, purpose: string, sealing: Pick<Sealing, 'unseal'>): readonly string[] =>
  sealed === null ? [] : (JSON.parse(sealing.unseal(sealed, purpose).toString('utf8')) as readonly string[])
