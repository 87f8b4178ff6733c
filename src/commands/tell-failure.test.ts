// Guarantee: a refused configuration ends with 78, after which nobody starts Farebox again, unless all that is wrong with it may pass by itself.
import { equal, match } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ConfigRefusedError, ENVIRONMENT, type Problem } from '../spec/index.ts'
import { tellFailure } from './tell-failure.ts'

const firm: Problem = { file: ENVIRONMENT, line: 0, column: 0, path: 'A', expected: 'one', got: 'two', mend: 'write one' }
const passing: Problem = { ...firm, path: 'B', mayPass: true }

function toldOf(t: TestContext, thrown: unknown): { readonly code: number; readonly told: string } {
  const write = t.mock.method(process.stderr, 'write', () => true)
  const code = tellFailure(thrown, false)
  const told = write.mock.calls.map((call) => String(call.arguments[0])).join('')
  write.mock.restore()
  return { code, told }
}

test('what somebody has to change ends with 78, also beside what may pass', (t) => {
  equal(toldOf(t, new ConfigRefusedError([firm])).code, 78)
  equal(toldOf(t, new ConfigRefusedError([passing, firm])).code, 78)
})

test('what may pass by itself is told in the same words, and ends as what is worth trying again', (t) => {
  const { code, told } = toldOf(t, new ConfigRefusedError([passing]))
  equal(code, 1)
  match(told, /^The configuration is refused: one problem\.\n\nenvironment {2}B\n[\s\S]+write one/)
})

test('what is no refusal never ends with 78', (t) => {
  for (const thrown of [new Error('lost'), undefined, { exitCode: 78 }]) equal(toldOf(t, thrown).code, 1)
})
