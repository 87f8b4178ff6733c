import type { IncomingMessage } from 'node:http'
import type { SimAnswer } from './fault-answers.ts'
import { geminiAddressOf } from './gemini-request.ts'
import { loadTokenizer, type Tokenizer } from './tokens.ts'

const VECTOR = [0.25, -0.5, 0.125]

/**
 * Answers of a Gemini model that are not generated: a count of tokens, vectors. Undefined for everything else. A model whose name holds
 * "untold" tells no usage of its vectors, as older ones do. Source: Gemini API reference, "Counting tokens" and "Embeddings" (2026-11).
 */
export async function geminiHelp({ method, url }: IncomingMessage, body: Buffer): Promise<SimAnswer | undefined> {
  const address = geminiAddressOf((url ?? '').split('?')[0] ?? '')
  const answer = address === undefined ? undefined : ANSWERS[address.method]
  if (method !== 'POST' || address === undefined || answer === undefined) return undefined
  const tokens = textTokens(await loadTokenizer(), JSON.parse(body.toString()))
  const isTold = !address.model.includes('untold')
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer(tokens, isTold)) }
}

const usageOf = (tokens: number, isTold: boolean) => (isTold ? { usageMetadata: { promptTokenCount: tokens } } : {})

const ANSWERS: { readonly [method: string]: (tokens: number, isTold: boolean) => object } = {
  countTokens: (tokens) => ({ totalTokens: tokens, promptTokensDetails: [{ modality: 'TEXT', tokenCount: tokens }] }),
  embedContent: (tokens, isTold) => ({ embedding: { values: VECTOR }, ...usageOf(tokens, isTold) }),
  batchEmbedContents: (tokens, isTold) => ({ embeddings: [{ values: VECTOR }], ...usageOf(tokens, isTold) }),
}

/** Tokens of every `text` anywhere in a request. */
function textTokens(tokenizer: Tokenizer, value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce(
    (sum, [name, inner]) => sum + (name === 'text' && typeof inner === 'string' ? tokenizer.count(inner) : textTokens(tokenizer, inner)),
    0,
  )
}
