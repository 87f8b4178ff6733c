// Guarantee: workflows of the hosting service run pinned actions, with rights to read, no key that lasts, and no text of strangers as a program.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readWorkflows, workflowOf, workflowProblems } from '../../checks/supply/index.ts'

const GOOD = `on: { push: { branches: [main] } }
permissions: { contents: read }
jobs:
  one:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@${'a'.repeat(40)} # v1.2.3
        with: { persist-credentials: false }
      - run: echo "$NAME"
        env: { NAME: "\${{ github.ref_name }}" }
`
const problems = (text: string): readonly string[] => workflowProblems(workflowOf('x.yml', text))

test('the workflows there are break no rule', () => {
  const workflows = readWorkflows('.')
  assert.deepEqual(workflows.map(({ path }) => path).toSorted(), ['.github/workflows/ci.yml', '.github/workflows/release.yml'])
  assert.deepEqual(workflows.flatMap(workflowProblems), [])
})

test('the tests that a change has to pass are those of the README', () => {
  const [ci] = readWorkflows('.').filter(({ path }) => path.endsWith('ci.yml'))
  assert.ok(ci?.jobs['test']?.steps?.some(({ run }) => run === 'npm ci && npm test'))
})

test('each fault is found, and what has none passes', () => {
  assert.deepEqual(problems(GOOD), [])
  const faults: readonly (readonly [from: string, to: string, told: RegExp])[] = [
    [`${'a'.repeat(40)} # v1.2.3`, 'v1', /not pinned/],
    ['a'.repeat(40), 'a'.repeat(39), /not pinned/],
    [' # v1.2.3', '', /which version/],
    ['push: { branches: [main] }', 'pull_request_target: {}', /strangers/],
    ['permissions: { contents: read }\n', '', /may write unless/],
    ['contents: read', 'contents: write', /may write unless/],
    ['{ contents: read }', 'write-all', /may write unless/],
    ['timeout-minutes: 5', 'timeout-minutes: 5\n    permissions: { packages: write }', /one may write/],
    ['timeout-minutes: 5', 'timeout-minutes: 5\n    permissions: { id-token: write }', /nobody looked at it/],
    ['timeout-minutes: 5', 'container: debian', /runs an image/],
    ['    timeout-minutes: 5\n', '', /no end/],
    ['persist-credentials: false', 'fetch-depth: 0', /leaves the token/],
    ['"$NAME"', '"${{ github.ref_name }}"', /put into a program/],
    ['github.ref_name', 'secrets.KEY', /a key that lasts/],
  ]
  for (const [from, to, told] of faults) {
    const text = GOOD.replace(from, to)
    assert.notEqual(text, GOOD)
    assert.match(problems(text).join('\n'), told)
  }
})
