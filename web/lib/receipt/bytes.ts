/** Bytes in the form that the browser's cryptography takes. */
export type Bytes = Uint8Array<ArrayBuffer>

/** The bytes of a text in UTF-8. */
export const bytesOfText = (text: string): Bytes => new TextEncoder().encode(text)

/** The bytes of hexadecimal digits; none of anything else. */
export const bytesOfHex = (hex: string): Bytes =>
  /^(?:[0-9a-f]{2})*$/.test(hex)
    ? Uint8Array.from({ length: hex.length / 2 }, (_, index) => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16))
    : new Uint8Array()

/** Bytes as hexadecimal digits. */
export const hexOf = (bytes: Bytes): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** The bytes of base64url without padding, in its one canonical spelling; undefined for any other. Source: RFC 4648 §5 (2006-10, read 2026-11-26). */
export function bytesOfBase64url(text: string): Bytes | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined
  const bytes = Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0))
  return base64urlOf(bytes) === text ? bytes : undefined
}

/** Bytes as base64url without padding. */
export const base64urlOf = (bytes: Bytes): string =>
  btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')

/** Some bytes one after another. */
export function joined(...parts: readonly Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
