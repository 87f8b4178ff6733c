/** As much of a JSON schema as descriptions of doors have. Source: JSON Schema 2020-12, json-schema.org/draft/2020-12 (2026-11). */
export type JsonSchema = {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly minimum?: number
  readonly minItems?: number
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
}

type Schemas = Readonly<Record<string, JsonSchema>>

const DEPTH_MAX = 6
/** What fields are given that a schema tells to be texts and no more. */
const BY_NAME: Readonly<Record<string, string>> = {
  ...{ email: 'canary@example.com', amount: '0.01', price: '1.00', reason: 'canary', model: 'm-openai', models: 'm-openai', plan: 'sold' },
  ...{ planSlug: 'sold', url: 'https://hooks.example.com/canary', base_url: 'https://api.example.com/v1', domain: 'canary.example.com' },
  ...{
    upstream: 'oai',
    kind: 'openai',
    day: '2026-11-01',
    date: '2026-11-01',
    month: '2026-11',
    code: '123456',
    password: 'a planted password!',
  },
}
const BY_FORMAT: Readonly<Record<string, string>> = {
  ...{
    uuid: '01900000-0000-7000-8000-000000000000',
    email: 'canary@example.com',
    date: '2026-11-01',
    uri: 'https://hooks.example.com/canary',
  },
  'date-time': '2026-12-01T00:00:00Z',
}

/** A document that a schema might take, with all of its fields. */
export function exampleOf(
  schema: JsonSchema,
  schemas: Schemas,
  at: { readonly name: string; readonly depth: number } = { name: '', depth: 0 },
): unknown {
  const { $ref, anyOf, oneOf, allOf, properties, items } = schema
  if (at.depth > DEPTH_MAX) return null
  const deeper = (inner: JsonSchema, name: string): unknown => exampleOf(inner, schemas, { name, depth: at.depth + 1 })
  if ($ref !== undefined) return deeper(schemas[$ref.split('/').at(-1) ?? ''] ?? {}, at.name)
  const choice = (anyOf ?? oneOf)?.find(({ type }) => type !== 'null')
  if (choice !== undefined) return deeper(choice, at.name)
  if (allOf !== undefined) return Object.assign({}, ...allOf.map((one) => deeper(one, at.name)))
  if (properties !== undefined) return Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, deeper(inner, name)]))
  if (items !== undefined) return [deeper(items, at.name)]
  return plainOf(schema, at.name)
}

function plainOf({ type, enum: words, const: fixed, format = '', minimum }: JsonSchema, name: string): unknown {
  if (fixed !== undefined) return fixed
  if (words !== undefined) return words[0]
  const kind = typeof type === 'object' ? type[0] : type
  if (kind === 'integer' || kind === 'number') return Math.max(1, minimum ?? 1)
  if (kind === 'boolean') return true
  if (kind === 'object') return {}
  return BY_FORMAT[format] ?? BY_NAME[name] ?? 'canary'
}
