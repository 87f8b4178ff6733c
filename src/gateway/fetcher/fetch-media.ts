import { fail } from '../../failures.ts'
import type { Outside } from '../../outbound/index.ts'
import type { MediaAddress } from '../../protocols/index.ts'
import { fetchOne, NotFetched, REASONS } from './fetch-one.ts'
import type { FetchedMedia } from './inline-media.ts'

/** The most that is fetched for a call, in bytes, in milliseconds, and in addresses. */
export const FETCH_BYTES_MAX = 20 * 1024 * 1024
const FETCH_MS_MAX = 10_000
const ADDRESSES_MAX = 20

/** The addresses of a call; `signal` ends it when the client has left. */
export type Wanted = { readonly addresses: readonly MediaAddress[]; readonly signal: AbortSignal; readonly millisMax?: number }

/**
 * What lies at the addresses of a call, in their order, one after the other; an address that is given twice is fetched once. Nothing of it
 * is kept here. Fails with media_unfetched, which names the place of the address in the request and never the address.
 */
export async function fetchMedia(
  outside: Outside,
  { addresses, signal, millisMax = FETCH_MS_MAX }: Wanted,
): Promise<readonly FetchedMedia[]> {
  const [one] = addresses.slice(ADDRESSES_MAX)
  if (one !== undefined) fail('media_unfetched', { field: one.at, reason: `at most ${ADDRESSES_MAX} addresses are fetched for a call` })
  const ending = new AbortController()
  const timer = setTimeout(() => ending.abort(), millisMax)
  try {
    return await fetchEach(outside, addresses, AbortSignal.any([signal, ending.signal]))
  } finally {
    clearTimeout(timer)
  }
}

async function fetchEach(outside: Outside, addresses: readonly MediaAddress[], signal: AbortSignal): Promise<readonly FetchedMedia[]> {
  const known = new Map<string, FetchedMedia>()
  let bytesMax = FETCH_BYTES_MAX
  const media: FetchedMedia[] = []
  for (const { at, url, kind } of addresses) {
    const name = `${kind} ${url}`
    const fetched = known.get(name) ?? (await fetchOne(outside, { url, kind, bytesMax, signal }).catch((thrown) => failAt(at, thrown)))
    bytesMax -= fetched.bytes.length
    if (bytesMax < 0) fail('media_unfetched', { field: at, reason: REASONS.size })
    known.set(name, fetched)
    media.push(fetched)
  }
  return media
}

function failAt(field: string, thrown: unknown): never {
  if (!(thrown instanceof NotFetched)) throw thrown
  return fail('media_unfetched', { field, reason: REASONS[thrown.reason] })
}
