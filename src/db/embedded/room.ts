import { statfsSync } from 'node:fs'
import { EmbeddedPostgresError } from './refusals.ts'

/** Three files of the write-ahead log: what a recovery and the checkpoint at its end can need before anything is freed. */
const BYTES_MIN = 3 * 16 * 1_048_576

/**
 * Throws EmbeddedPostgresError disk_full when the file system of a cluster has no room for a recovery: a server that is started so ends
 * in the middle of it, and would again each time it is tried.
 */
export function ensureRoom(cluster: string): void {
  const { bavail, bsize } = statfsSync(cluster)
  const free = bavail * bsize
  if (free >= BYTES_MIN) return
  const inMib = (bytes: number): number => Math.floor(bytes / 1_048_576)
  throw new EmbeddedPostgresError(
    'disk_full',
    `the disk of ${cluster} has ${inMib(free)} MiB left and ${inMib(BYTES_MIN)} are needed to start; free some space there`,
  )
}
