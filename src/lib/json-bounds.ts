/** What JSON may be made of; `partsMax` counts keys, objects and lists. */
export type JsonBounds = { readonly depthMax: number; readonly partsMax: number }

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a]
const OPENING: ReadonlySet<number> = new Set([0x7b, 0x5b])
const CLOSING: ReadonlySet<number> = new Set([0x7d, 0x5d])

/**
 * Which bound JSON passes that is small and costs much to parse, undefined when none: a megabyte of brackets in each other becomes some hundred of memory
 * and holds the process up for a quarter of a second. Reads bytes alone; whether they are JSON at all is not asked.
 */
export function passedJsonBound(bytes: Uint8Array, { depthMax, partsMax }: JsonBounds): 'depth' | 'parts' | undefined {
  let [depth, parts] = [0, 0]
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) at = endOfText(bytes, at)
    else if (byte === COLON) parts += 1
    else if (OPENING.has(byte)) [depth, parts] = [depth + 1, parts + 1]
    else if (CLOSING.has(byte)) depth -= 1
    if (depth > depthMax) return 'depth'
    if (parts > partsMax) return 'parts'
  }
  return undefined
}

/** Where the text that begins here has its closing quote, or the end of all. */
export function endOfText(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(QUOTE, from + 1)
  while (at >= 0 && isEscaped(bytes, at)) at = bytes.indexOf(QUOTE, at + 1)
  return at < 0 ? bytes.length : at
}

function isEscaped(bytes: Uint8Array, at: number): boolean {
  let first = at
  while (bytes[first - 1] === BACKSLASH) first -= 1
  return (at - first) % 2 === 1
}
