import { runCommand } from './commands/index.ts'
import { processEnvironment } from './config.ts'
import { runtimeProblems } from './runtime.ts'
import { formatProblem } from './spec/index.ts'

const environment = processEnvironment()
const problems = runtimeProblems({ version: process.versions.node, execArgv: process.execArgv, environment })
if (problems.length > 0) {
  process.stderr.write(`Farebox does not start like this.\n\n${problems.map(formatProblem).join('\n')}`)
  process.exitCode = 78
} else {
  const code = await runCommand(process.argv.slice(2), environment)
  process.exitCode ??= code
}
