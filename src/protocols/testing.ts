/** For tests only: recorded replies, and readers fed with cut streams. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Protocol, ReplyReader } from './protocol.ts'

/** A provider's recorded reply as it comes over the wire. */
export type Recording = { readonly name: string; readonly bytes: Buffer }

const FIXTURES = new URL('../../../shared/fixtures/', import.meta.url)

/** Why tests of recordings are skipped, or false when there are recordings beside the checkout. */
export const WITHOUT_RECORDINGS = existsSync(FIXTURES) ? false : 'no recordings beside the checkout'

/** Recorded streams of some providers; `eventName` gives the name of an event for protocols that send one. */
export function recordedStreams(folders: readonly string[], options: { readonly hasNames: boolean; readonly last: string }): Recording[] {
  return recorded(folders, '.chunks.txt').map(({ name, bytes }) => {
    const payloads = bytes.toString().split('\n').filter(Boolean)
    const events = payloads.map(
      (payload) => `${options.hasNames ? `event: ${(JSON.parse(payload) as { type: string }).type}\n` : ''}data: ${payload}\n\n`,
    )
    return { name, bytes: Buffer.from(events.join('') + options.last) }
  })
}

/** Recorded whole replies of some providers. */
export const recordedReplies = (folders: readonly string[]): Recording[] => recorded(folders, '.json')

function recorded(folders: readonly string[], ending: string): Recording[] {
  if (WITHOUT_RECORDINGS !== false) return []
  return folders.flatMap((folder) => {
    const directory = new URL(`${folder}/`, FIXTURES)
    const names = readdirSync(directory).filter((name) => name.endsWith(ending))
    return names.map((name) => ({ name: `${folder}/${name}`, bytes: readFileSync(new URL(name, directory)) }))
  })
}

/** The beginning and the end of a recording, cut between events, so that trying every position stays quick. */
export function shortened({ name, bytes }: Recording): Recording {
  const events = bytes.toString().split(/(?<=\n\n)/)
  return events.length <= 12 ? { name, bytes } : { name, bytes: Buffer.from([...events.slice(0, 6), ...events.slice(-6)].join('')) }
}

/** What came out of a reader, and the reader at the end. */
export type Replayed = { readonly out: Buffer; readonly reader: ReplyReader; readonly isSameBuffers: boolean }

/** Feeds a reply cut at some positions. */
export function replay(
  { protocol, isStream, removesUsage }: { readonly protocol: Protocol; readonly isStream: boolean; readonly removesUsage: boolean },
  bytes: Buffer,
  cuts: readonly number[],
): Replayed {
  const reader = protocol.readReply({ isStream, removesUsage })
  const parts: Buffer[] = []
  let isSameBuffers = true
  let from = 0
  for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
    const chunk = Buffer.from(bytes.subarray(from, cut))
    const passed = reader.push(chunk)
    isSameBuffers &&= passed === chunk
    parts.push(passed)
    from = cut
  }
  parts.push(reader.end())
  return { out: Buffer.concat(parts), reader, isSameBuffers }
}

/** All that a reader knows at the end, for comparison. */
export const knownBy = (reader: ReplyReader) => ({
  usage: reader.usage(),
  isUsageSuspect: reader.isUsageSuspect(),
  countedOutput: reader.countedOutput(),
  isComplete: reader.isComplete(),
  isUsageFinal: reader.isUsageFinal(),
  reportedModel: reader.reportedModel(),
  serviceTier: reader.serviceTier(),
})
