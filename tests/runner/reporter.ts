import type { TestEvent } from 'node:test/reporters'

type Failed = Extract<TestEvent, { type: 'test:fail' }>['data']
type Passed = Extract<TestEvent, { type: 'test:pass' }>['data']

/**
 * Reporter of `node --test`: one line per file as it ends, each failure in full when it happens, what tests print as they print it,
 * and last the line "tally {json}" for whoever started the run.
 */
export async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const tally = { passed: 0, failed: 0, skipped: 0 }
  for await (const event of source) {
    if (event.type === 'test:stdout' || event.type === 'test:stderr') yield event.data.message
    if (event.type === 'test:diagnostic' && /^(?:Error|Warning): /.test(event.data.message)) yield `  ${event.data.message}\n`
    if (event.type === 'test:pass' && isSkipped(event.data)) yield `skipped ${event.data.name}: ${event.data.skip || event.data.todo}\n`
    if (event.type === 'test:pass' && isTest(event.data)) tally[isSkipped(event.data) ? 'skipped' : 'passed'] += 1
    if (event.type === 'test:fail' && isTest(event.data)) {
      tally.failed += 1
      yield failureText(event.data)
    }
    if (event.type === 'test:summary' && event.data.file !== undefined) yield fileLine(event.data)
  }
  yield `tally ${JSON.stringify(tally)}\n`
}

const isTest = (data: Passed | Failed): boolean => data.details.type !== 'suite' || isBroken(data)

// A suite fails with its tests, which are told for themselves; but a suite that broke outside its tests would go unseen.
const isBroken = (data: Passed | Failed): boolean =>
  'error' in data.details && (data.details.error as { failureType?: string }).failureType !== 'subtestsFailed'

const isSkipped = (data: Passed): boolean =>
  (data.skip !== undefined && data.skip !== false) || (data.todo !== undefined && data.todo !== false)

function failureText(data: Failed): string {
  const { error } = data.details
  const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : String(error.cause ?? error.message)
  const place = data.file === undefined ? '' : ` (${relative(data.file)}:${data.line ?? 1})`
  return `FAILED ${data.name}${place}\n${cause.replace(/^/gm, '    ')}\n`
}

function fileLine(data: Extract<TestEvent, { type: 'test:summary' }>['data']): string {
  const { passed, tests } = data.counts
  return `  ${data.success ? 'ok    ' : 'FAILED'}  ${relative(data.file ?? '')}  ${passed} of ${tests}  ${(data.duration_ms / 1000).toFixed(1)} s\n`
}

const relative = (file: string): string => file.replace(`${process.cwd()}/`, '')

// Node takes a reporter as the default export of its module.
export { report as default }
