import { ENVIRONMENT, type Problem } from './spec/index.ts'

/** How this process was started. */
export type Runtime = {
  readonly version: string
  readonly execArgv: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Options with which Node writes memory, headers or TLS keys to files or lets a debugger in; prompts would leave the gateway that way. */
const UNSAFE =
  /^--(?:inspect|heapsnapshot|heap-prof|heap-snapshot|report|diagnostic|cpu-prof|prof$|prof-|trace-|tls-keylog|abort-on-uncaught|experimental-inspect|allow-inspector)/

/** Options of that family that do nothing alone; Node's test runner hands them to every process it starts. */
const IDLE =
  /^--(?:inspect-(?:port|publish-uid)|(?:heap|cpu)-prof-interval|report-signal|trace-event-file-pattern|heapsnapshot-near-heap-limit=0$)/

/** What speaks against starting in this process: too old a Node, or options that could let content out. */
export function runtimeProblems(runtime: Runtime): readonly Problem[] {
  const options = [...words(runtime.environment.NODE_OPTIONS), ...runtime.execArgv].filter(isUnsafe)
  const debug = ['NODE_DEBUG', 'NODE_DEBUG_NATIVE'].filter((name) => (runtime.environment[name] ?? '') !== '')
  return [
    ...versionProblems(runtime.version),
    ...options.map((option) => {
      const got = option.split('=', 1)[0] ?? ''
      const expected = 'no option of Node that writes memory or opens a debugger, as prompts could get out'
      return problem('NODE_OPTIONS', { expected, got, mend: `start without ${got}` })
    }),
    ...debug.map((name) =>
      problem(name, { expected: 'no debug output of Node, as it shows keys', got: 'it is set', mend: `unset ${name}` }),
    ),
  ]
}

const words = (text: string | undefined): readonly string[] => (text ?? '').split(/[\s"']+/).filter((word) => word !== '')

/** Node takes underscores for dashes. */
const isUnsafe = (option: string): boolean => UNSAFE.test(option.replaceAll('_', '-')) && !IDLE.test(option.replaceAll('_', '-'))

function versionProblems(version: string): readonly Problem[] {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 24 || (major === 24 && minor >= 7)) return []
  const mend = 'run npx farebox, or npm start: both use the Node that npm installed here'
  return [problem('Node', { expected: 'Node 24.7 or newer', got: `Node ${version}`, mend })]
}

const problem = (path: string, told: Pick<Problem, 'expected' | 'got' | 'mend'>): Problem => ({
  file: ENVIRONMENT,
  line: 0,
  column: 0,
  path,
  ...told,
})
