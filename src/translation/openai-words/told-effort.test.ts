// Guarantee: a model is asked to think by a word that it takes, and what it cannot be told of thought is named.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReasoningWish } from '../call.ts'
import { EFFORTS, type Effort } from '../effort.ts'
import { makeLosses } from '../loss.ts'
import { plainCall } from '../testing.ts'
import { toldEffort } from './told-effort.ts'

const wish = (effort: Effort | undefined, budgetTokens?: number): ReasoningWish => ({
  ...{ effort, budgetTokens, isTold: undefined, isEncryptedTold: undefined },
})

function told(model: string, reasoning: ReasoningWish, protocol: 'anthropic-messages' | 'openai-chat' = 'anthropic-messages') {
  const losses = makeLosses()
  return { word: toldEffort(plainCall(protocol, { reasoning }), { model, losses }), losses: losses.list() }
}
const wordsFor = (model: string): readonly (string | undefined)[] => EFFORTS.map((effort) => told(model, wish(effort)).word)

test('each model is told the words that it takes', () => {
  const cases: readonly (readonly [model: string, words: readonly (string | undefined)[]])[] = [
    ['gpt-4.1-mini', EFFORTS.map(() => undefined)],
    ['gpt-4o', EFFORTS.map(() => undefined)],
    ['gpt-5.2-chat-latest', EFFORTS.map(() => undefined)],
    ['o3', ['low', 'low', 'low', 'medium', 'high', 'high', 'high']],
    ['openai/gpt-5-mini', ['minimal', 'minimal', 'low', 'medium', 'high', 'high', 'high']],
    ['gpt-5-2025-08-07', ['minimal', 'minimal', 'low', 'medium', 'high', 'high', 'high']],
    ['gpt-5.1', ['none', 'low', 'low', 'medium', 'high', 'high', 'high']],
    ['gpt-5.1-codex', ['low', 'low', 'low', 'medium', 'high', 'high', 'high']],
    ['gpt-5.1-codex-max', ['low', 'low', 'low', 'medium', 'high', 'xhigh', 'xhigh']],
    ['gpt-5.4', ['none', 'low', 'low', 'medium', 'high', 'xhigh', 'xhigh']],
    ['gpt-5.6-sol', ['none', 'low', 'low', 'medium', 'high', 'xhigh', 'max']],
    ['gpt-6.2-astra', ['none', 'low', 'low', 'medium', 'high', 'xhigh', 'max']],
    ['kimi-k2.5', ['none', 'low', 'low', 'medium', 'high', 'high', 'high']],
    ['deepseek-v4', EFFORTS],
  ]
  for (const [model, words] of cases) assert.deepEqual(wordsFor(model), words, model)
})

test('no thought where there has to be some is named, and any thought where there can be none', () => {
  assert.deepEqual([told('o3', wish('none')).losses, told('gpt-4.1', wish('none')).losses], [['reasoning'], []])
  assert.deepEqual([told('gpt-4.1', wish('high')).losses, told('gpt-5', wish('max')).losses], [['reasoning'], []])
})

test('a budget is a word, and a client of OpenAI’s protocols says its own', () => {
  assert.equal(told('gpt-5', wish(undefined, 31_999)).word, 'high')
  assert.deepEqual(told('gpt-4.1', wish('xhigh'), 'openai-chat'), { word: 'xhigh', losses: [] })
})
