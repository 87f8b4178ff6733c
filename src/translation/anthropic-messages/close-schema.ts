import type { Json, JsonObject } from '../call.ts'
import { isObject } from '../json.ts'

/** Members that the provider refuses a schema for. Those that it does not know it passes over. */
const REFUSED: ReadonlySet<string> = new Set([
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength'],
  ...['maxItems', 'uniqueItems', 'prefixItems', 'contains', 'minContains', 'maxContains', 'unevaluatedItems'],
  ...['minProperties', 'maxProperties', 'patternProperties', 'propertyNames', 'unevaluatedProperties'],
  ...['dependentRequired', 'dependentSchemas', 'if', 'then', 'else', 'not'],
])
/** What such a member asks nothing with. */
const IDLE: Readonly<Partial<Record<string, Json>>> = { minLength: 0, uniqueItems: false, minProperties: 0 }
const FORMATS: ReadonlySet<Json> = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'])
const NAMED: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions'])

/** Told of each thing that a schema asks and the provider cannot be asked. */
type Note = () => void

/**
 * A schema as the provider takes it: its objects hold nothing but what they name, and what it cannot keep to is left out. It is as deep as a request may
 * be. Sources: https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations,
 * https://github.com/BerriAI/litellm/pull/34319 (which members are refused) (2026-11-30).
 */
export function closeSchema(schema: JsonObject, note: Note): JsonObject {
  const closed = Object.fromEntries(Object.entries(schema).flatMap(([name, value]) => closeMember({ name, value, schema }, note)))
  if (!isOfObjects(schema)) return closed
  // One that names nothing is for any object.
  const { additionalProperties: more = isEmpty(schema['properties']) } = schema
  if (more !== false) note()
  return { ...closed, additionalProperties: false }
}

function isOfObjects({ type, properties, additionalProperties }: JsonObject): boolean {
  const types: Json = type ?? null
  return (
    (Array.isArray(types) ? types.includes('object') : types === 'object') || properties !== undefined || additionalProperties !== undefined
  )
}

const isEmpty = (value: Json | undefined): boolean => !isObject(value) || Object.keys(value).length === 0

type Member = { readonly name: string; readonly value: Json; readonly schema: JsonObject }

/** What stays of a member; nothing where it cannot be said, which is noted. */
function closeMember(member: Member, note: Note): readonly (readonly [name: string, value: Json])[] {
  const { name, value } = member
  if (name === 'additionalProperties') return []
  if (NAMED.has(name) && isObject(value))
    return [[name, Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closeIfSchema(inner, note)]))]]
  if (name === 'items' && isObject(value)) return [[name, closeSchema(value, note)]]
  if (UNIONS.has(name) && Array.isArray(value)) return closeUnion(member, value, note)
  if (isSayable(member)) return [[name, value]]
  if (IDLE[name] !== value) note()
  return []
}

const UNIONS: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf'])

/** One of some is any of them here, which differs only for what fits several. Of all of them each is closed to what the others name. */
function closeUnion({ name, schema }: Member, all: readonly Json[], note: Note): readonly (readonly [name: string, value: Json])[] {
  const closed = all.map((inner) => closeIfSchema(inner, note))
  if (name === 'allOf' && all.length > 1) note()
  if (name !== 'oneOf') return [[name, closed]]
  if (schema['anyOf'] === undefined) return [['anyOf', closed]]
  note()
  return []
}

const closeIfSchema = (value: Json, note: Note): Json => (isObject(value) ? closeSchema(value, note) : value)

function isSayable({ name, value }: Member): boolean {
  if (name === 'format') return FORMATS.has(value)
  if (name === 'minItems') return value === 0 || value === 1
  // Items that are anything, or nothing, are no schema to it.
  return name !== 'items' && !REFUSED.has(name)
}
