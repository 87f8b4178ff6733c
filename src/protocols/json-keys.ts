import { readJson } from '../lib/index.ts'
/** Finds which of a few known names a key of a JSON text spells. */
export type KeyTable = {
  readonly names: readonly string[]
  /** The index of a name of the table; -1 for others. */
  readonly indexOf: (name: string) => number
  /** Index of the name spelled exactly by bytes that hold no escape; -1 when none. */
  readonly find: (bytes: Buffer, from: number, to: number) => number
  /** Whether a name of this length has capitals, so that it can be spelled without any. */
  readonly hasCapitals: (length: number) => boolean
  /** For keys with escapes, capitals or other letters (names may have capitals too): the name meant, and whether it is spelled exactly once unescaped. */
  readonly findOdd: (bytes: Buffer, from: number, to: number) => { readonly index: number; readonly isExact: boolean }
}

/** Longest key, in bytes as sent, that is compared at all: our longest name with every letter escaped fits twice. */
export const KEY_BYTES_MAX = 512

/** A table of names; names are ASCII. */
export function keyTable(names: readonly string[]): KeyTable {
  const spelled = names.map((name) => Buffer.from(name))
  const byLength: number[][] = []
  for (const [index, name] of spelled.entries()) byLength[name.length] = [...(byLength[name.length] ?? []), index]
  const find = (bytes: Buffer, from: number, to: number): number => {
    const candidates = byLength[to - from]
    if (candidates === undefined) return -1
    for (const index of candidates) if (isEqualAt(spelled[index] as Buffer, bytes, from)) return index
    return -1
  }
  const indices = new Map(names.map((name, index) => [name, index]))
  const indexOf = (name: string): number => indices.get(name) ?? -1
  const capitals: boolean[] = []
  for (const name of names) capitals[name.length] = capitals[name.length] === true || name !== folded(name)
  const foldedIndices = new Map(names.map((name, index) => [folded(name), index]))
  return {
    names,
    indexOf,
    find,
    hasCapitals: (length) => capitals[length] === true,
    findOdd: (bytes, from, to) => {
      const asItStands = find(bytes, from, to)
      if (asItStands >= 0) return { index: asItStands, isExact: true }
      const text = unescaped(bytes, from, to)
      const exact = indexOf(text)
      return exact >= 0 ? { index: exact, isExact: true } : { index: foldedIndices.get(folded(text)) ?? -1, isExact: false }
    },
  }
}

function isEqualAt(name: Buffer, bytes: Buffer, from: number): boolean {
  for (let index = 0; index < name.length; index += 1) if (name[index] !== bytes[from + index]) return false
  return true
}

function unescaped(bytes: Buffer, from: number, to: number): string {
  if (to - from > KEY_BYTES_MAX) return ''
  return readJson(`"${bytes.toString('utf8', from, to)}"`) as string
}

/**
 * Some servers (Go's encoding/json: https://pkg.go.dev/encoding/json#Unmarshal) match keys without regard to case, also the long s and
 * the Kelvin sign; a "Model" beside "model" would be read by them and not by us.
 */
const folded = (text: string): string => text.toUpperCase().toLowerCase()
