import { hash } from 'node:crypto'

/** Something that no answer may hold, under a name that may be told. */
export type Planted = { readonly name: string; readonly text: string }

/** Shapes of secrets that nobody planted. */
const SHAPES: readonly (readonly [string, RegExp])[] = [
  ['a hash of a password', /\$(?:argon2(?:id|i|d)|2[aby])\$/],
  ['an extended public key', /\b[xyzt]pub[1-9A-HJ-NP-Za-km-z]{50,}/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bxprv[1-9A-HJ-NP-Za-km-z]{50,}/],
  ['a place in our source', /\n\s+at .*\.[jt]s:\d+|node:internal|\/node_modules\//],
  ['words of the database', /\b(?:relation|column) "\w+" does not exist|syntax error at or near|SQLSTATE/],
]

/** A secret, and the hashes of it that a server may keep. */
export const plantedOf = (name: string, text: string): readonly Planted[] => [
  { name, text },
  ...(['hex', 'base64', 'base64url'] as const).map((form) => ({ name: `the ${form} hash of ${name}`, text: hash('sha256', text, form) })),
]

/** What secrets an answer holds; `own` are those that this very answer is there to tell. */
export function secretsIn(text: string, planted: readonly Planted[], own: readonly string[] = []): readonly string[] {
  return [
    ...planted.filter((one) => text.includes(one.text) && !own.includes(one.text)).map(({ name }) => name),
    ...SHAPES.filter(([, shape]) => shape.test(text)).map(([name]) => name),
  ]
}
