import type { KeyObject } from 'node:crypto'
import { isSignedWith } from '../receipts/index.ts'
import { type Checkpoint, checkpointClaims } from './checkpoint.ts'
import { CHAIN_START, type ChainedEntry, hashEntry } from './entry.ts'

/** What a log was held against: checkpoints that somebody kept, and the published keys by kid. */
export type AuditEvidence = { readonly checkpoints: readonly Checkpoint[]; readonly keys: ReadonlyMap<string, KeyObject> }

/** What of a log does not hold, in words; none when every entry follows from the one before and every checkpoint stands in it. */
export function verifyAudit(entries: Iterable<ChainedEntry>, { checkpoints, keys }: AuditEvidence): readonly string[] {
  const problems: string[] = []
  const waiting = new Map<string, Checkpoint[]>()
  for (const checkpoint of checkpoints) {
    if (!isSignedWith(checkpoint.jws, checkpointClaims(checkpoint), keys))
      problems.push(`the checkpoint of ${checkpoint.day} is not signed by a key of this server`)
    waiting.set(checkpoint.last_serial, [...(waiting.get(checkpoint.last_serial) ?? []), checkpoint])
  }
  let serial = 0n
  let head: Buffer = CHAIN_START
  const meet = (): void => {
    for (const { day, head: kept } of waiting.get(String(serial)) ?? [])
      if (kept !== head.toString('hex')) problems.push(`entry ${serial} is not what it was when ${day} ended`)
    waiting.delete(String(serial))
  }
  meet()
  for (const entry of entries) {
    if (entry.serial !== serial + 1n) problems.push(`entry ${entry.serial} follows ${serial}: what was between is missing`)
    else if (!hashEntry(head, entry).equals(entry.hash))
      problems.push(`entry ${entry.serial} was changed, or does not follow from the one before`)
    ;[serial, head] = [entry.serial, entry.hash]
    meet()
  }
  for (const { day, last_serial: last } of [...waiting.values()].flat())
    problems.push(`the log ended at ${last} when ${day} ended, and now ends at ${serial}`)
  return problems
}
