import { dirname } from 'node:path'
import { jsonLog, standardErrorWriter, systemClock, systemIds } from '../lib/index.ts'
import { ConfigRefusedError } from '../spec/index.ts'
import { type Ready, supervise } from '../supervisor/index.ts'
import { type Command, type CommandContext, ExitError } from './command.ts'

/** `farebox serve`: starts Farebox and keeps it running until SIGTERM or Ctrl-C. */
export const serve: Command = (program, context) => {
  program.action(() => runServe(context))
}

const ROOT = dirname(dirname(import.meta.dirname))

async function runServe(context: CommandContext): Promise<void> {
  const config = context.config()
  const stopped = untilStopped()
  const started = await supervise({
    root: ROOT,
    config,
    environment: context.environment,
    clock: systemClock,
    ids: systemIds(systemClock.now),
    log: jsonLog(standardErrorWriter(), systemClock.now),
  })
  if (!('ready' in started)) {
    if (started.problems.length > 0) throw new ConfigRefusedError(started.problems)
    context.note(`${started.message} (${started.code})`)
    throw new ExitError(started.exitCode)
  }
  context.print(banner(config, started.ready))
  await stopped
  await started.stop()
  // Timers and handles that are left would only keep the process; everything is written.
  process.exit(0)
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
}

type Places = {
  readonly publicUrl: string
  readonly operatorListen: { readonly host: string; readonly port: number }
}

/** What people read when all is up: where things are, and a call that works. */
function banner({ publicUrl, operatorListen }: Places, { operatorTokenPath, demoKey }: Ready): string {
  const lines = [
    '',
    `Farebox is ready.   ${publicUrl}`,
    '',
    `  Customers    ${publicUrl}/v1`,
    `  Operator     http://${operatorListen.host}:${operatorListen.port}`,
    `  Token        ${operatorTokenPath ?? 'the one in FAREBOX_OPERATOR_TOKEN'}`,
    '',
  ]
  return [...lines, ...(demoKey === undefined ? ownUpstreams : sandboxCall(publicUrl, demoKey)), ''].join('\n')
}

const ownUpstreams = [
  'Next: an account, its credit and a key:',
  '',
  '  npx farebox account create you@example.com',
  '  npx farebox credit ACCOUNT_ID 10.00 --reason "first credit"',
  '  npx farebox key create ACCOUNT_ID --name first',
]

const sandboxCall = (publicUrl: string, demoKey: string): readonly string[] => [
  'No upstream is configured, so a built-in sandbox answers (simulated, it echoes you). Try it:',
  '',
  `  curl ${publicUrl}/v1/chat/completions \\`,
  `    -H "Authorization: Bearer ${demoKey}" \\`,
  '    -H "Content-Type: application/json" \\',
  `    -d '{"model":"sandbox/echo","messages":[{"role":"user","content":"Hello, Farebox"}]}'`,
  '',
  'For real models set OPENAI_API_KEY (or another provider key) or write farebox.yaml, and start again.',
]
