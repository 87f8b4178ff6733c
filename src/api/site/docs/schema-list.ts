import { html } from 'hono/html'
import type { Piece } from '../piece.ts'
import type { SiteWords } from '../words/index.ts'

/** A JSON Schema as OpenAPI 3.1 has it, as far as it is shown. Source: spec.openapis.org/oas/v3.1.0 §4.8.24 (2026-11-26). */
export type Schema = {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}

/** What schemas are looked up in, and how deep they are shown. */
export type Reading = { readonly schemas: Readonly<Record<string, Schema>>; readonly words: SiteWords['reference']; readonly depth: number }

const DEPTH_MAX = 5

/** The fields of a schema as a list, nested as they are; a schema without fields by its type alone. */
export function schemaList(schema: Schema, reading: Reading): Piece {
  const found = resolved(schema, reading)
  const inner = innerOf(found)
  if (found.properties === undefined && inner === undefined) return html`<p class="faint">${typeOf(schema, reading)}</p>`
  return listOf(schema, reading)
}

function listOf(schema: Schema, reading: Reading): Piece {
  const found = resolved(schema, reading)
  const deeper = { ...reading, depth: reading.depth + 1 }
  if (reading.depth >= DEPTH_MAX) return ''
  if (found.properties !== undefined)
    return html`<ul class="schema">${Object.entries(found.properties).map(([name, field]) => fieldOf({ name, field, isRequired: found.required?.includes(name) === true }, deeper))}</ul>`
  const inner = innerOf(found)
  return inner === undefined ? '' : listOf(inner, deeper)
}

type Field = { readonly name: string; readonly field: Schema; readonly isRequired: boolean }

const fieldOf = ({ name, field, isRequired }: Field, reading: Reading): Piece => {
  const description = field.description ?? resolved(field, reading).description
  return html`<li><code>${name}</code> <span class="faint">${typeOf(field, reading)}${isRequired ? ` · ${reading.words.required}` : ''}</span>${description === undefined ? '' : html` ${description}`}${listOf(field, reading)}</li>`
}

/** What a list, a mapping or a choice is of. */
function innerOf({ items, additionalProperties, anyOf, oneOf, allOf }: Schema): Schema | undefined {
  if (items !== undefined) return items
  if (typeof additionalProperties === 'object') return additionalProperties
  return [...(anyOf ?? []), ...(oneOf ?? []), ...(allOf ?? [])].find(({ type }) => type !== 'null')
}

/** A type in words: "string", "one of up, down", "list of integer or null". */
function typeOf(schema: Schema, reading: Reading): string {
  const found = resolved(schema, reading)
  const { words } = reading
  if (found.enum !== undefined) return `${words.oneOf} ${found.enum.map(String).join(', ')}`
  if (found.const !== undefined) return JSON.stringify(found.const)
  const choices = [...(found.anyOf ?? []), ...(found.oneOf ?? []), ...(found.allOf ?? [])]
  if (choices.length > 0) return [...new Set(choices.map((one) => (one.type === 'null' ? words.orNull : typeOf(one, reading))))].join(' ')
  if (found.items !== undefined) return `${words.listOf} ${typeOf(found.items, reading)}`
  if (typeof found.additionalProperties === 'object') return `${words.mapOf} ${typeOf(found.additionalProperties, reading)}`
  const types = [found.type ?? []].flat()
  const named = types.filter((one) => one !== 'null').join(' / ')
  return `${named === '' ? words.anything : named}${found.format === undefined ? '' : ` (${found.format})`}${types.includes('null') ? ` ${words.orNull}` : ''}`
}

const resolved = (schema: Schema, { schemas }: Reading): Schema =>
  schema.$ref === undefined ? schema : (schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {})
