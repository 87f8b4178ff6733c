// A fault is found whether it throws, hangs or swells, and told with the input that it takes; looking for branches finds what chance does not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runTarget } from './run-target.ts'
import type { ShiftOrder } from './shift.ts'

const SEED = 7
const order = (more: Partial<ShiftOrder>): ShiftOrder => ({ n: 1, seed: SEED, guided: 0, corpus: [], ...more })
const silent = (): void => undefined

test('a fault behind four branches is found by way of them, and not by chance', async () => {
  const cases = 5_000
  const corpus = [Buffer.from('xxxx')]
  const guided = await runTarget('throwing', order({ n: cases, guided: cases, corpus }), silent)
  assert.deepEqual(
    guided.findings.map(({ what, isRule, input }) => [what, isRule, input.toString('latin1', 0, 4)]),
    [['a planted fault', true, 'FARE']],
  )
  const blind = await runTarget('throwing', order({ n: cases, corpus }), silent)
  assert.deepEqual(blind.findings, [])
  assert.ok((blind.report?.n ?? 0) >= cases)
})

test('a case that does not come back is told with its input', async () => {
  const { findings, report } = await runTarget(
    'hanging',
    order({ corpus: [Buffer.from('a'), Buffer.from('b\0'), Buffer.from('c')] }),
    silent,
  )
  assert.equal(report, undefined)
  assert.match(findings[0]?.what ?? '', /takes more than 1000 ms/)
  assert.equal(findings[0]?.input.toString(), 'b\0')
})

test('a case that takes all memory ends its thread alone, and is told with its input', async () => {
  const { findings } = await runTarget('swelling', order({ corpus: [Buffer.from('a'), Buffer.from('b\0')] }), silent)
  assert.match(findings[0]?.what ?? '', /^the thread died: .*memory|takes more than/)
  assert.equal(findings[0]?.input.toString(), 'b\0')
})
