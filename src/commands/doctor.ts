import { resolve } from 'node:path'
import { styleText } from 'node:util'
import { formatProblem } from '../spec/index.ts'
import { type Command, type CommandContext, ExitError } from './command.ts'
import { CHECKS, type Finding, SERVING, type Setup } from './doctor/index.ts'

/** `farebox doctor`: goes through the setup and tells everything that is wrong at once; changes nothing. */
export const doctor: Command = (program, context) => {
  program
    .option('--config <file>', 'check this configuration file instead of the usual one')
    .option('--json', 'print the findings as JSON')
    .action((options: { readonly config?: string; readonly json?: boolean }) => runDoctor(context, options))
}

async function runDoctor(context: CommandContext, options: { readonly config?: string; readonly json?: boolean }): Promise<void> {
  const path = options.config === undefined ? {} : { FAREBOX_CONFIG: resolve(options.config) }
  const setup: Setup = { environment: { ...context.environment, ...path }, version: process.versions.node, execArgv: process.execArgv }
  const findings: Finding[] = []
  for (const check of CHECKS) findings.push(...(await check(setup)))
  const exitCode = findings.some(({ state }) => state === 'refused') ? 78 : findings.some(({ state }) => state === 'failed') ? 1 : 0
  if (options.json === true) context.print(JSON.stringify({ ok: exitCode === 0, findings }))
  else context.print(`${findings.map(spell).join('\n')}\n${lastLine(findings, exitCode)}`)
  if (exitCode !== 0) throw new ExitError(exitCode)
}

const LABELS = {
  ok: ['green', 'ok     '],
  warning: ['yellow', 'warning'],
  failed: ['red', 'failed '],
  refused: ['red', 'refused'],
} as const

function spell({ state, subject, detail, problems }: Finding): string {
  const [colour, label] = LABELS[state]
  const line = `${styleText(colour, label, { stream: process.stdout })}  ${subject.padEnd(14)}  ${detail}`
  return [line, ...problems.map((problem) => formatProblem(problem).trimEnd().replace(/^/gm, '         '))].join('\n')
}

function lastLine(findings: readonly Finding[], exitCode: number): string {
  if (exitCode === 0) return findings.some(({ subject }) => subject === SERVING) ? 'All is well.' : 'All is well. Next: npm start'
  const count = findings.reduce(
    (sum, { problems, state }) => sum + (state === 'ok' || state === 'warning' ? 0 : Math.max(1, problems.length)),
    0,
  )
  return `${count === 1 ? 'One thing' : `${count} things`} to mend. Then run farebox doctor again.`
}
