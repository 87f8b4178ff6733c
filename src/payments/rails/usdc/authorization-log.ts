import { readAddress, readHash, topicAddress } from './hex.ts'

/** Topic 0 of AuthorizationUsed(address indexed, bytes32 indexed). Source: EIP-3009, eips.ethereum.org/EIPS/eip-3009, as of 2026-11-26. */
export const AUTHORIZATION_TOPIC = '0x98de503528ee59b575ef0c0a2576a82497bfc029a5685b209e9ec333479b10a5'

/** A token's own word that a transfer which somebody signed was carried out; hex in lower case. */
export type UsedAuthorization = { readonly token: string; readonly from: string; readonly nonce: string }

/** Reads a log as an authorization that was used; undefined for what is none, and for one that a reorganisation removed. */
export function readAuthorization(log: unknown): UsedAuthorization | undefined {
  if (typeof log !== 'object' || log === null) return undefined
  const { topics, address, removed }: Readonly<Record<string, unknown>> = { ...log }
  if (!Array.isArray(topics) || topics.length !== 3 || readHash(topics[0]) !== AUTHORIZATION_TOPIC) return undefined
  if (removed !== undefined && removed !== false) return undefined
  const [token, from, nonce] = [readAddress(address), topicAddress(topics[1]), readHash(topics[2])]
  return token === undefined || from === undefined || nonce === undefined ? undefined : { token, from, nonce }
}
