import { at, countsAt, linesOf, listAt, type Piece, type PlaygroundProtocol, type Score } from './protocol.ts'

const numbersIn = (list: readonly unknown[]): readonly number[] => list.filter((one): one is number => typeof one === 'number')

const vectorsOf = (vectors: readonly (readonly number[])[]): Piece => (vectors.length === 0 ? {} : { vectors })

/** A vector for each line. Source: platform.openai.com/docs/api-reference/embeddings/create (2026-11-27). */
export const embeddings: PlaygroundProtocol = {
  path: () => '/v1/embeddings',
  headers: {},
  fields: ['prompt'],
  answer: 'json',
  body: ({ model, prompt }) => ({ model, input: linesOf(prompt), encoding_format: 'float' }),
  read: (told) => ({
    ...vectorsOf(listAt(told, 'data').map((one) => numbersIn(listAt(one, 'embedding')))),
    ...countsAt(at(told, 'usage'), 'prompt_tokens', 'completion_tokens'),
  }),
}

/** The same as Gemini has it. Source: ai.google.dev/api/embeddings#method:-models.batchembedcontents (2026-11-27). */
export const geminiEmbeddings: PlaygroundProtocol = {
  path: ({ model }) => `/v1beta/models/${encodeURIComponent(model)}:batchEmbedContents`,
  headers: {},
  fields: ['prompt'],
  answer: 'json',
  body: ({ model, prompt }) => ({
    requests: linesOf(prompt).map((text) => ({ model: `models/${model}`, content: { parts: [{ text }] } })),
  }),
  read: (told) => vectorsOf(listAt(told, 'embeddings').map((one) => numbersIn(listAt(one, 'values')))),
}

/** What a text is rated as. Source: platform.openai.com/docs/api-reference/moderations/create (2026-11-27). */
export const moderations: PlaygroundProtocol = {
  path: () => '/v1/moderations',
  headers: {},
  fields: ['prompt'],
  answer: 'json',
  body: ({ model, prompt }) => ({ model, input: prompt }),
  read: (told) => {
    const scores = scoresOf(at(told, 'results', 0))
    return scores.length === 0 ? {} : { scores }
  },
}

function scoresOf(result: unknown): readonly Score[] {
  const told = Object.entries(at(result, 'category_scores') ?? {})
  const scores = told.flatMap(([name, score]) =>
    typeof score === 'number' ? [{ name, score, isFlagged: at(result, 'categories', name) === true }] : [],
  )
  return scores.sort((one, other) => other.score - one.score)
}

/** How much two vectors point the same way, from -1 to 1; undefined where one of them is nothing or they are of different spaces. */
export function likenessOf(one: readonly number[], other: readonly number[]): number | undefined {
  if (one.length !== other.length) return undefined
  const product = (left: readonly number[], right: readonly number[]) =>
    left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0)
  const length = Math.sqrt(product(one, one) * product(other, other))
  return length > 0 ? product(one, other) / length : undefined
}
