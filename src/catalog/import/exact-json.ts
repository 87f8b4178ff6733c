/** A number of a JSON text as it is spelled there, so that none of its digits is lost. */
export class ExactNumber {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

/** What is needed of the parser beyond its type: a reviver that is told how a value is spelled. */
type ParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string } | undefined) => unknown,
) => unknown

/**
 * Parses JSON, with every number as an ExactNumber; throws SyntaxError, or RangeError where it nests too deep.
 * Source: TC39 proposal "JSON.parse source text access" (2025), in Node since 22.
 */
export function parseExactJson(text: string): unknown {
  const parse = JSON.parse as ParseWithSource
  return parse(text, (_, value, context) => (typeof value === 'number' ? new ExactNumber(spelled(context)) : value))
}

function spelled(context: { readonly source?: string } | undefined): string {
  if (context?.source === undefined) throw new TypeError('this Node does not tell how numbers are spelled')
  return context.source
}

/** A plain object of parsed JSON; undefined for anything else. */
export const objectOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
