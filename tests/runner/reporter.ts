import type { TestEvent } from 'node:test/reporters'

type Failed = Extract<TestEvent, { type: 'test:fail' }>['data']
type Passed = Extract<TestEvent, { type: 'test:pass' }>['data']
type Summary = Extract<TestEvent, { type: 'test:summary' }>['data']

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
    if (event.type === 'test:summary' && isOfFile(event.data)) yield fileLine(event.data)
    if ((event.type === 'test:pass' || event.type === 'test:fail') && isFile(event.data)) yield sharedFileLine(event.type, event.data)
  }
  yield `tally ${JSON.stringify(tally)}\n`
}

const isTest = (data: Passed | Failed): boolean => (data.details.type !== 'suite' && !isFile(data)) || isBroken(data)

// What together.ts makes of a file that shares a process: a test that has those of the file within it.
const isFile = (data: Passed | Failed): boolean => data.nesting === 0 && /\.test\.(?:ts|mjs)$/.test(data.name)

// A suite or a file fails with its tests, which are told for themselves; but one that broke outside its tests would go unseen.
const isBroken = (data: Passed | Failed): boolean =>
  'error' in data.details && (data.details.error as { failureType?: string }).failureType !== 'subtestsFailed'

const isSkipped = (data: Passed): boolean =>
  (data.skip !== undefined && data.skip !== false) || (data.todo !== undefined && data.todo !== false)

function failureText(data: Failed): string {
  const { error } = data.details
  const place = data.file === undefined ? '' : ` (${relative(data.file)}:${data.line ?? 1})`
  const lines = whatWasThrown(error.cause ?? error.message).split('\n')
  return `FAILED ${data.name}${place}\n${lines.map((line) => `    ${line.slice(0, LINE_MAX)}\n`).join('')}`
}

// A property's counterexample is one line, however much it is; its seed says the same.
const LINE_MAX = 2_000

/** What was thrown, where, and why: a property tells as its cause what its test threw. */
function whatWasThrown(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const own = thrown.stack ?? thrown.message
  return thrown.cause === undefined ? own : `${own}\ncaused by ${whatWasThrown(thrown.cause)}`
}

// Not that of the whole run, nor of a process that files share, whose lines were told.
const isOfFile = ({ file }: Summary): boolean => file !== undefined && !file.endsWith('/together.ts')

function fileLine(data: Summary): string {
  const { passed, tests } = data.counts
  return `  ${data.success ? 'ok    ' : 'FAILED'}  ${relative(data.file ?? '')}  ${passed} of ${tests}  ${(data.duration_ms / 1000).toFixed(1)} s\n`
}

const sharedFileLine = (type: 'test:pass' | 'test:fail', { name, details }: Passed | Failed): string =>
  `  ${type === 'test:pass' ? 'ok    ' : 'FAILED'}  ${relative(name)}  ${(details.duration_ms / 1000).toFixed(1)} s\n`

const relative = (file: string): string => file.replace(`${process.cwd()}/`, '')

// Node takes a reporter as the default export of its module.
export { report as default }
