// Guarantee: what a model takes is told by its name in every spelling that its providers give it, and no older model is taken for a newer one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mannersOf } from './model-manners.ts'

const OLDER = { isAdaptive: false, off: 'disabled', canForce: true, takesInstructions: false }
const ADAPTIVE = { ...OLDER, isAdaptive: true }
const INSTRUCTED = { ...ADAPTIVE, takesInstructions: true }
const ALWAYS_THINKING = { ...INSTRUCTED, off: undefined }
const UNFORCED = { ...ALWAYS_THINKING, canForce: false }

/** As Anthropic, Bedrock, Vertex, Foundry and those who sell them on spell a model. */
const spellings = (name: string, dotted: string): readonly string[] => [
  ...[name, `${name}-20260416`, `${name}@20260416`, `${name}@default`, `${name}-v1`, `anthropic.${name}-v1:0`, `us.anthropic.${name}`],
  ...[`global.anthropic.${name}-20260416-v1:0`, `arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.${name}-v1:0`],
  ...[`publishers/anthropic/models/${name}`, `${name}[1m]`, `${name}-fast`, `${name}-1m`, `${name}:thinking`, `databricks-${name}`],
  ...[`anthropic/${dotted}`, `anthropic/${dotted}:beta`, dotted.toUpperCase()],
]

test('a model is known however it is spelled', () => {
  const models = [
    ...(['claude-opus-4-5', 'claude-sonnet-4', 'claude-opus-4-1', 'claude-sonnet-4-6', 'claude-opus-4-6'] as const).map((name) => [
      name,
      OLDER,
    ]),
    ...(['claude-opus-4-7', 'claude-sonnet-5'] as const).map((name) => [name, ADAPTIVE]),
    ...(['claude-opus-4-8', 'claude-opus-5', 'claude-haiku-5-5'] as const).map((name) => [name, INSTRUCTED]),
    ...(['claude-fable-5', 'claude-mythos-5'] as const).map((name) => [name, ALWAYS_THINKING]),
    ...(['claude-opus-5-5', 'claude-opus-6', 'claude-fable-5-1', 'claude-mythos-5-1'] as const).map((name) => [name, UNFORCED]),
    ['claude-sonnet-5-5', { ...UNFORCED, off: 'between_tools' }],
  ] as const
  for (const [name, manners] of models as readonly (readonly [string, object])[]) {
    const dotted = name.replace(/(\d)-(\d)/, '$1.$2')
    for (const spelling of spellings(name, dotted)) assert.deepEqual(mannersOf(spelling), manners, spelling)
  }
})

test('a name with the version before the family, and one that has none', () => {
  assert.deepEqual(mannersOf('anthropic/claude-4.7-opus-20260416'), ADAPTIVE)
  assert.deepEqual(mannersOf('claude-5-sonnet'), ADAPTIVE)
  assert.deepEqual(mannersOf('claude-mythos-preview'), { ...ALWAYS_THINKING, takesInstructions: false })
})

test('older models, and those of others, are told what they always were', () => {
  const older = [
    'claude-3-7-sonnet-20250219',
    'claude-3-5-haiku@20241022',
    'claude-3-opus-20240229',
    'claude-opus-4-20250514',
    'claude-2.1',
  ]
  const others = [
    'claude-instant-1.2',
    'claude-haiku-4-5-20251001',
    'claude-opus-20260416',
    'claude-opus-latest',
    'MiniMax-M5',
    'opus-5',
    '',
  ]
  for (const name of [...older, ...others]) assert.deepEqual(mannersOf(name), OLDER, name)
})
