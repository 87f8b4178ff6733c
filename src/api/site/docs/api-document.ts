import { readJson } from '../../../lib/index.ts'
import type { Schema } from './schema-list.ts'

/** A body by its type. */
export type Media = { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }

/** A value that goes into the path, the query or a header. */
export type Parameter = { readonly name: string; readonly in: string; readonly required?: boolean; readonly description?: string }

/** One method of one path. */
export type Operation = {
  readonly summary?: string
  readonly description?: string
  readonly security?: readonly unknown[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: Media
  readonly responses?: Readonly<Record<string, Media & { readonly description?: string }>>
}

/** An OpenAPI document, as far as it is shown. Source: spec.openapis.org/oas/v3.1.0 (2026-11-26). */
export type ApiDocument = {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> }
}

/** A document of our own making, read as those who get it do: from its JSON. */
export const readApiDocument = (document: object): ApiDocument => readJson(JSON.stringify(document)) as ApiDocument
