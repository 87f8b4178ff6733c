/** A JSON Schema, or a part of one. */
export type Shape = Readonly<Record<string, unknown>>

/** Words of JSON Schema that say nothing of which members there may be. */
const SAYS_NO_SHAPE = ['$schema', '$id', 'title', 'description', 'example', 'examples', 'default', 'format', 'readOnly', 'deprecated', 'id']
const LOOKED_AT = ['type', 'properties', 'required', 'additionalProperties', 'propertyNames', 'items', 'prefixItems', 'anyOf', 'oneOf']
const BOUNDS = ['const', 'enum', 'pattern', 'minimum', 'maximum', 'exclusiveMinimum', 'minLength', 'maxLength', 'minItems', 'maxItems']

/**
 * Where a value is another than its shape says, with members that no shape lists first among them; objects are closed unless the shape opens
 * them. Words of JSON Schema that are not looked at throw. Source: json-schema.org/draft/2020-12/json-schema-core (2026-11-27).
 */
export function strangersIn(shape: Shape, value: unknown, at = ''): readonly string[] {
  const unknown = Object.keys(shape).find((word) => ![...SAYS_NO_SHAPE, ...LOOKED_AT, ...BOUNDS].includes(word))
  if (unknown !== undefined) throw new TypeError(`a shape says ${unknown}, which is not looked at`)
  const choices = (shape['anyOf'] ?? shape['oneOf']) as readonly Shape[] | undefined
  if (choices !== undefined) return strangersInAll(choices, value, at)
  return isOfType(shape, value) ? [...outOfBounds(shape, value, at), ...insideOf(shape, value, at)] : [`${at || '.'} is ${nameOf(value)}`]
}

/** What is strange by the choice that fits best. */
function strangersInAll(choices: readonly Shape[], value: unknown, at: string): readonly string[] {
  const told = choices.map((choice) => strangersIn(choice, value, at))
  return told.toSorted((one, other) => one.length - other.length)[0] ?? [`${at} may be nothing`]
}

function insideOf(shape: Shape, value: unknown, at: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => strangersIn(itemShape(shape, index), item, `${at}[]`))
  if (typeof value !== 'object' || value === null || shape['type'] !== 'object') return []
  const known = (shape['properties'] ?? {}) as Readonly<Record<string, Shape>>
  const more = shape['additionalProperties']
  const missing = ((shape['required'] ?? []) as readonly string[]).filter((name) => !Object.hasOwn(value, name))
  return [
    ...missing.map((name) => `${at}.${name} is not there`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const own = Object.hasOwn(known, name) ? known[name] : isShape(more) ? more : undefined
      return own === undefined ? [`${at}.${name} is not declared`] : strangersIn(own, member, `${at}.${name}`)
    }),
  ]
}

const isShape = (more: unknown): more is Shape => typeof more === 'object' && more !== null

function itemShape(shape: Shape, index: number): Shape {
  const first = (shape['prefixItems'] ?? []) as readonly Shape[]
  return first[index] ?? ((shape['items'] ?? {}) as Shape)
}

function isOfType({ type }: Shape, value: unknown): boolean {
  if (type === undefined) return true
  return (Array.isArray(type) ? type : [type]).some(
    (one) => one === nameOf(value) || (one === 'number' && typeof value === 'number') || (one === 'integer' && Number.isInteger(value)),
  )
}

function nameOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function outOfBounds(shape: Shape, value: unknown, at: string): readonly string[] {
  const isWrong =
    ('const' in shape && shape['const'] !== value) ||
    ('enum' in shape && !(shape['enum'] as readonly unknown[]).includes(value)) ||
    (typeof shape['pattern'] === 'string' && typeof value === 'string' && !new RegExp(shape['pattern'], 'u').test(value)) ||
    (typeof value === 'number' && (value < Number(shape['minimum'] ?? value) || value > Number(shape['maximum'] ?? value))) ||
    (typeof value === 'string' && value.length > Number(shape['maxLength'] ?? value.length))
  return isWrong ? [`${at || '.'} is out of its bounds`] : []
}
