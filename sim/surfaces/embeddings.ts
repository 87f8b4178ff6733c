import { splitModel } from '../script.ts'
import { jsonAnswer, type SurfaceAnswer, type SurfaceRequest, textOf } from './surface.ts'

const DIMENSIONS = 8

/** Vectors of inputs that are texts or token ids, as numbers or in base64. Source: https://platform.openai.com/docs/api-reference/embeddings (2026-11-26). */
export function embeddingAnswer({ fields, tokenizer }: SurfaceRequest): SurfaceAnswer {
  const input = fields['input']
  const isOne = typeof input === 'string' || (Array.isArray(input) && typeof input[0] === 'number')
  const inputs: readonly unknown[] = isOne ? [input] : Array.isArray(input) ? input : []
  const prompt = inputs.reduce<number>((sum, one) => sum + (Array.isArray(one) ? one.length : tokenizer.count(textOf(one))), 0)
  const vector = Float32Array.from({ length: DIMENSIONS }, (_, index) => 1 / (index + 1))
  const embedding = fields['encoding_format'] === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector]
  const data = inputs.map((_, index) => ({ object: 'embedding', index, embedding }))
  const model = splitModel(textOf(fields['model'])).name
  return jsonAnswer({ object: 'list', data, model, usage: { prompt_tokens: prompt, total_tokens: prompt } }, { prompt })
}

/** Nothing is ever flagged. Source: https://platform.openai.com/docs/api-reference/moderations (2026-11-26). */
export function moderationAnswer({ fields, tokenizer }: SurfaceRequest): SurfaceAnswer {
  const inputs: readonly unknown[] = Array.isArray(fields['input']) ? fields['input'] : [fields['input']]
  const result = { flagged: false, categories: { violence: false }, category_scores: { violence: 0.001 }, category_applied_input_types: {} }
  const prompt = inputs.reduce<number>((sum, one) => sum + tokenizer.count(textOf(one)), 0)
  return jsonAnswer(
    { id: 'modr-simulated', model: splitModel(textOf(fields['model'])).name, results: inputs.map(() => result) },
    { prompt },
  )
}

/** Tokens of Anthropic's messages, which nothing is asked for. Source: https://docs.claude.com/en/api/messages-count-tokens (2026-11-26). */
export const countAnswer = ({ fields, tokenizer }: SurfaceRequest): SurfaceAnswer =>
  jsonAnswer({ input_tokens: tokenizer.count(JSON.stringify(fields['messages'])) }, {})
