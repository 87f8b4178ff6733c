import { z } from '@hono/zod-openapi'
import { IP_RANGES_MAX } from '../../keys/index.ts'
import { type Network, parseNetwork, showNetwork } from '../../lib/index.ts'

const EXPECTED = `a list of 1 to ${IP_RANGES_MAX} addresses or ranges such as 203.0.113.7, 198.51.100.0/24 or 2001:db8::/32`

/** The ranges of addresses that calls of a key may come from, as they are sent: IPv4 and IPv6, in CIDR; bits behind a prefix are dropped. */
export const ipRangesInput = z
  .array(
    z.string(EXPECTED).refine((text) => parseNetwork(text) !== undefined, { error: EXPECTED }),
    EXPECTED,
  )
  .min(1, EXPECTED)
  .max(IP_RANGES_MAX, EXPECTED)
  .openapi({ example: ['198.51.100.0/24', '2001:db8::/32'] })

/** Ranges as they are shown; null where calls may come from everywhere. */
export const ipRangesShown = z.array(z.string()).nullable()

/** Ranges that were sent, each once; undefined for everywhere. */
export function readIpRanges(sent: readonly string[] | null | undefined): readonly Network[] | undefined {
  if (sent === null || sent === undefined) return undefined
  const byText = new Map(sent.flatMap((text) => entryOf(parseNetwork(text))))
  return [...byText.values()]
}

const entryOf = (network: Network | undefined): readonly (readonly [string, Network])[] =>
  network === undefined ? [] : [[showNetwork(network), network]]

/** Ranges as they are shown. */
export const showIpRanges = (ranges: readonly Network[] | undefined): string[] | null => ranges?.map(showNetwork) ?? null
