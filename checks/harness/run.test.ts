// Guarantee: a check is green only when it ran and found nothing; one that fails, breaks or cannot run here is never taken for green.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Check, endedAs, NotRunError, type RunCheck, runCheck } from './index.ts'

const checkOf = (run: RunCheck, sizes = { pr: 3, nightly: 30, release: 300 }): Check => ({
  ...{ id: 'XXX-01', title: 'something holds', unit: 'things', sizes },
  load: () => Promise.resolve(run),
})
const options = { tier: 'pr', progress: () => undefined } as const

test('a check that finds nothing is passed, with its size, seed and figures', async () => {
  const line = await runCheck(
    checkOf((context) => Promise.resolve({ n: context.n, measured: { seen: context.seed } })),
    { ...options, seed: 7 },
  )
  assert.equal(endedAs(line), 'passed')
  assert.deepEqual([line.id, line.n, line.failures, line.seed, line.measured], ['XXX-01', 3, 0, 7, { seen: 7 }])
})

test('each failure counts', async () => {
  const check = checkOf((context) => {
    context.expect(true, 'fine')
    context.expect(false, 'first')
    context.fail('second')
    return Promise.resolve({ n: 1, measured: {} })
  })
  const line = await runCheck(check, options)
  assert.deepEqual([endedAs(line), line.failures, line.first], ['failed', 2, ['first', 'second']])
})

test('a check that breaks is failed', async () => {
  const line = await runCheck(
    checkOf(() => Promise.reject(new TypeError('broken'))),
    options,
  )
  assert.equal(endedAs(line), 'failed')
  assert.match(line.first?.[0] ?? '', /broken/)
})

test('a check that cannot run here is neither passed nor failed', async () => {
  const line = await runCheck(
    checkOf(() => Promise.reject(new NotRunError('no such disk'))),
    options,
  )
  assert.deepEqual([endedAs(line), line.notRun, line.n], ['not run', 'no such disk', 0])
})

test('the size is what was asked, else that of the tier, else of the next that has one', async () => {
  const run: RunCheck = (context) => Promise.resolve({ n: context.n, measured: {} })
  assert.equal((await runCheck(checkOf(run), { ...options, n: 5 })).n, 5)
  assert.equal((await runCheck(checkOf(run), { ...options, tier: 'nightly' })).n, 30)
  assert.equal((await runCheck(checkOf(run, { pr: 0, nightly: 60, release: 60 }), options)).n, 60)
})

test('a figure that readers of results would not take fails the check, and a long reason is cut to what they take', async () => {
  const told =
    (text: string): RunCheck =>
    () =>
      Promise.resolve({ n: 1, measured: { places: text } })
  assert.equal(endedAs(await runCheck(checkOf(told('x'.repeat(200))), options)), 'passed')
  const long = await runCheck(checkOf(told('x'.repeat(201))), options)
  assert.deepEqual([endedAs(long), long.first?.length], ['failed', 1])
  const reason = await runCheck(
    checkOf(() => Promise.reject(new NotRunError('y'.repeat(500)))),
    options,
  )
  assert.equal(reason.notRun?.length, 400)
})
