import type { CallAddress } from '../protocol.ts'

/** What can be asked of a model, as the address spells it after the colon. */
export const METHODS = ['generateContent', 'streamGenerateContent', 'countTokens', 'embedContent', 'batchEmbedContents'] as const
export type Method = (typeof METHODS)[number]

/** A call's method and what its address says besides. */
export type Addressed = { readonly method: Method; readonly address: CallAddress }

const PATH = /^(?:\/api\/proxy)?\/v1(?:beta)?\/models\/(.{1,768}):([a-zA-Z]{1,32})$/
const STREAM: Method = 'streamGenerateContent'

/**
 * What an address asks for; undefined when it is none of Gemini's. The model may hold slashes and be percent-encoded. A stream comes as
 * server-sent events with `alt=sse`, else as one JSON array. Source: https://ai.google.dev/api/generate-content (2026-11-26).
 */
export function addressOf(path: string, query: string): Addressed | undefined {
  const [, encoded = '', name] = PATH.exec(path) ?? []
  const method = METHODS.find((known) => known === name)
  const model = decoded(encoded)
  if (method === undefined || model === undefined) return undefined
  const isStream = method === STREAM
  const isArray = isStream && new URLSearchParams(query).get('alt') !== 'sse'
  return { method, address: { model, isStream, ...(isArray ? { isArray } : {}) } }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    // A percent sign that encodes nothing names no model.
    return undefined
  }
}

/** A model's name as a resource; it may say itself that it is a tuned one. */
export const resourceOf = (model: string): string => (/^(?:models|tunedModels)\//.test(model) ? model : `models/${model}`)

/** The path at an upstream. */
export function pathOf(method: Method, { model }: CallAddress): string {
  const encoded = resourceOf(model).split('/').map(encodeURIComponent).join('/')
  return `/v1beta/${encoded}:${method}${method === STREAM ? '?alt=sse' : ''}`
}
