// Guarantee: a model that reasons is told nothing of how tokens are chosen that it would refuse, and what it is not told is named.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CanonicalCall } from '../call.ts'
import { makeLosses } from '../loss.ts'
import { plainCall } from '../testing.ts'
import { toldSampling } from './told-sampling.ts'

function told(model: string, more: Partial<CanonicalCall>, protocol: CanonicalCall['protocol'] = 'gemini') {
  const losses = makeLosses()
  const { temperature, topP, stop } = toldSampling(plainCall(protocol, more), { model, losses })
  return [temperature, topP, stop, losses.list()]
}
const HIGH = { effort: 'high', budgetTokens: undefined, isTold: undefined, isEncryptedTold: undefined } as const

test('models that reason are told nothing of it, others all', () => {
  const asked = { temperature: 0.5, topP: 0.9, stop: ['END'] }
  for (const model of ['gpt-6.2-astra', 'gpt-5', 'o3', 'gpt-5.6-sol']) {
    assert.deepEqual(told(model, asked), [undefined, undefined, [], ['stop', 'temperature', 'top_p']], model)
  }
  for (const model of ['gpt-4.1', 'gpt-5.2-chat-latest', 'kimi-k2.5']) assert.deepEqual(told(model, asked), [0.5, 0.9, ['END'], []], model)
  assert.deepEqual(told('gpt-6.2-astra', asked, 'openai-chat'), [0.5, 0.9, ['END'], []], 'whose words these are')
})

test('those that do not reason unasked are told it where they shall not', () => {
  assert.deepEqual(told('gpt-5.4', { temperature: 0.5 }), [0.5, undefined, [], []])
  assert.deepEqual(told('gpt-5.4', { temperature: 0.5, reasoning: HIGH }), [undefined, undefined, [], ['temperature']])
})

test('what changes nothing is no loss', () => {
  assert.deepEqual(told('gpt-6.2-astra', { temperature: 1, topP: 1, presencePenalty: 0 }), [undefined, undefined, [], []])
})
