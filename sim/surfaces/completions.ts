import { proseOfTokens } from '../plan.ts'
import { seededRandom } from '../prose.ts'
import { splitModel } from '../script.ts'
import { jsonAnswer, numberOf, type SurfaceAnswer, type SurfaceRequest, streamAnswer, textOf } from './surface.ts'

/** What is made without a bound. Source: https://platform.openai.com/docs/api-reference/completions/create (2026-11-26). */
const OUTPUT_TOKENS_DEFAULT = 16

/** Each prompt is completed `best_of` times, all of them billed, and the best `n` are shown. Source: as above. */
export function completionAnswer({ fields, tokenizer }: SurfaceRequest): SurfaceAnswer {
  const prompts = promptsOf(fields['prompt'])
  const [n, model] = [numberOf(fields['n'], 1), splitModel(textOf(fields['model'])).name]
  const made = Math.max(n, numberOf(fields['best_of'], n)) * prompts.length
  const tokens = numberOf(fields['max_tokens'], OUTPUT_TOKENS_DEFAULT)
  const pieces = proseOfTokens(tokenizer, seededRandom(1), tokens)
  const prompt = prompts.reduce<number>((sum, one) => sum + (Array.isArray(one) ? one.length : tokenizer.count(textOf(one))), 0)
  const output = tokens * made
  const usage = { prompt_tokens: prompt, completion_tokens: output, total_tokens: prompt + output }
  const head = { id: 'cmpl-simulated', object: 'text_completion', created: 1_700_000_000, model }
  const shown = Array.from({ length: n * prompts.length }, (_, index) => index)
  if (fields['stream'] !== true) {
    const text = pieces.map((piece) => piece.text).join('')
    const choices = shown.map((index) => ({ index, text, logprobs: null, finish_reason: 'length' }))
    return jsonAnswer({ ...head, choices, usage }, { prompt, output })
  }
  const frames = shown.flatMap((index) => [
    ...pieces.map(({ text }) => ({ ...head, choices: [{ index, text, logprobs: null, finish_reason: null }] })),
    { ...head, choices: [{ index, text: '', logprobs: null, finish_reason: 'length' }] },
  ])
  const asked = fields['stream_options'] as { readonly include_usage?: boolean } | undefined
  const last = asked?.include_usage === true ? [{ ...head, choices: [], usage }] : []
  return streamAnswer([...[...frames, ...last].map((frame) => `data: ${JSON.stringify(frame)}\n\n`), 'data: [DONE]\n\n'], {
    prompt,
    output,
  })
}

function promptsOf(prompt: unknown): readonly unknown[] {
  const isOne = !Array.isArray(prompt) || typeof prompt[0] === 'number'
  return isOne ? [prompt] : prompt
}
