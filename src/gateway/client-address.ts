import { isIP } from 'node:net'

/** What is known of where a request comes from: the address of the connection, the value of X-Forwarded-For, and whom we believe it. */
export type Origin = {
  readonly peer: string
  readonly forwarded: string | readonly string[] | undefined
  readonly isTrusted: (address: string) => boolean
}

/**
 * The address of a client: that of its connection, or, where a trusted proxy tells of it, the last one in X-Forwarded-For that is no trusted
 * proxy. What stands before that was written by somebody we do not believe. An entry that is no address is nobody's: the proxy that told it
 * counts instead.
 */
export function clientAddressOf({ peer, forwarded, isTrusted }: Origin): string {
  if (typeof forwarded !== 'string' || !isTrusted(peer)) return peer
  let nearest = peer
  for (const hop of forwarded.split(',').reverse()) {
    const address = addressIn(hop.trim())
    if (address === undefined) return nearest
    if (!isTrusted(address)) return address
    nearest = address
  }
  return nearest
}

/** An address as proxies write it, some with a port: 192.0.2.1, 192.0.2.1:80, 2001:db8::1, [2001:db8::1]:80. */
function addressIn(text: string): string | undefined {
  if (isIP(text) !== 0) return text
  const bare = /^\[([0-9a-fA-F:.]{2,45})\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]{7,15}):\d{1,5}$/.exec(text)?.[1] ?? ''
  return isIP(bare) === 0 ? undefined : bare
}
