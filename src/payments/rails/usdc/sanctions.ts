import { readFile } from 'node:fs/promises'
import { request } from 'undici'
import { type Clock, errorCode, type Log } from '../../../lib/index.ts'

/** Addresses whose deposits are put before the operator instead of being credited. */
export type Sanctions = {
  /** Whether an address (lower case) is on the list. */
  readonly has: (address: string) => boolean
  /** Whether there is a list to go by; without one nothing may be credited. */
  readonly isReady: () => boolean
  /** Reads the list anew when it is due. */
  readonly refresh: () => Promise<void>
}

/** Where the list lies: text in which addresses stand, in a file, behind a URL, or both. */
export type SanctionsSources = { readonly file?: string | undefined; readonly url?: string | undefined }

const REFRESH_MS = 3_600_000
const RETRY_MS = 60_000
const BYTES_MAX = 32 * 1024 * 1024
const MS_MAX = 20_000
const ADDRESS = /0x[0-9a-f]{40}(?![0-9a-f])/gi

/** No list: nobody is on it. */
export const NO_SANCTIONS: Sanctions = { has: () => false, isReady: () => true, refresh: async () => undefined }

/**
 * A list that is read every hour; one that cannot be read, or comes from its URL with no address in it, leaves the one before it, and until
 * there was one nothing is ready.
 */
export function makeSanctions(sources: SanctionsSources, { clock, log }: { readonly clock: Clock; readonly log: Log }): Sanctions {
  if (sources.file === undefined && sources.url === undefined) return NO_SANCTIONS
  let listed: ReadonlySet<string> | undefined
  let due = Number.NEGATIVE_INFINITY
  return {
    has: (address) => listed?.has(address) ?? false,
    isReady: () => listed !== undefined,
    refresh: async () => {
      const now = clock.monotonic()
      if (now < due) return
      due = now + RETRY_MS
      try {
        listed = addressesIn(await readSources(sources))
        due = now + REFRESH_MS
      } catch (thrown) {
        log({ event: 'sanctions-unread', code: errorCode(thrown) })
      }
    },
  }
}

/** The addresses in a text of any form: one a line, CSV, JSON. */
export const addressesIn = (text: string): ReadonlySet<string> => new Set([...text.matchAll(ADDRESS)].map(([found]) => found.toLowerCase()))

async function readSources({ file, url }: SanctionsSources): Promise<string> {
  const texts = [file === undefined ? '' : await readFile(file, 'utf8'), url === undefined ? '' : await download(url)]
  return texts.join('\n')
}

async function download(url: string): Promise<string> {
  const answer = await request(url, { signal: AbortSignal.timeout(MS_MAX), headers: { 'user-agent': 'farebox' } })
  const parts: Buffer[] = []
  let size = 0
  for await (const part of answer.body) {
    const bytes: Buffer = part
    size += bytes.length
    if (size > BYTES_MAX) throw new RangeError('a list of sanctions that is too large')
    parts.push(bytes)
  }
  if (answer.statusCode !== 200) throw new TypeError('a list of sanctions that is not there')
  const text = Buffer.concat(parts).toString('utf8')
  // A page that says to come back later, or a list that was cut off, is no list of nobody.
  if (text.search(ADDRESS) < 0) throw new TypeError('a list of sanctions without an address')
  return text
}
