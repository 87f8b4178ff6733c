import type { Json, JsonObject } from '../call.ts'
import { isObject } from '../json.ts'

/**
 * A schema of this protocol's own kind, a part of OpenAPI's with types in capitals, as JSON Schema. What JSON Schema takes anyway stays.
 * Source: https://ai.google.dev/api/caching#Schema (2026-11-26).
 */
export function lowerSchema(schema: JsonObject): JsonObject {
  const lowered: Record<string, Json> = {}
  let isNullable = false
  let order: readonly Json[] = []
  for (const [told, value] of Object.entries(schema)) {
    const name = told.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    if (name === 'nullable') isNullable = value === true
    else if (name === 'propertyOrdering') order = Array.isArray(value) ? value : []
    else if (name === 'type') Object.assign(lowered, typeMember(value))
    else if (name === 'example') lowered['examples'] = [value]
    else if (name === 'format' && value === 'enum') continue
    else if (COUNTS.has(name)) lowered[name] = countOf(value)
    else lowered[name] = lowerMember(name, value)
  }
  const { properties, type } = lowered
  if (isObject(properties) && order.length > 0) lowered['properties'] = inOrder(properties, order)
  if (isNullable && type !== undefined) lowered['type'] = [type, 'null']
  if (isNullable && Array.isArray(lowered['enum'])) lowered['enum'] = [...(lowered['enum'] as readonly Json[]), null]
  return lowered
}

/** Counts are 64-bit numbers, which are spelled as text. */
const COUNTS: ReadonlySet<string> = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties'])

const countOf = (value: Json): Json => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value)

function typeMember(value: Json): JsonObject {
  if (typeof value !== 'string') return { type: value }
  return value === 'TYPE_UNSPECIFIED' ? {} : { type: value.toLowerCase() }
}

function lowerMember(name: string, value: Json): Json {
  if (name === 'items' && isObject(value)) return lowerSchema(value)
  if ((name === 'anyOf' || name === 'oneOf' || name === 'allOf') && Array.isArray(value)) return value.map(lowerIfObject)
  if (name !== 'properties' && name !== '$defs' && name !== 'defs') return value
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, lowerIfObject(inner)])) : value
}

const lowerIfObject = (value: Json): Json => (isObject(value) ? lowerSchema(value) : value)

/** Properties in the order that was asked for; the others follow. */
function inOrder(properties: JsonObject, order: readonly Json[]): JsonObject {
  const names = order.filter((name): name is string => typeof name === 'string' && Object.hasOwn(properties, name))
  const entries = [...new Set([...names, ...Object.keys(properties)])].map((name) => [name, properties[name] ?? null] as const)
  return Object.fromEntries(entries)
}
