import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gatewayPlan } from '../../src/supervisor/index.ts'

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))
const PROBE_MS_MAX = 20_000

/** What a probe could do from inside: by attempt, 'done' or the code of what stopped it. */
export type ProbeReport = {
  readonly attempts: Readonly<Record<string, string>>
  readonly environment: readonly string[]
  readonly output: string
}

/** What a gateway must not be able to do; each is JavaScript whose success is a hole. `folder` is a folder that anyone may write to. */
const attemptsIn = (folder: string, dataDir: string): Readonly<Record<string, string>> => {
  const text = (path: string): string => JSON.stringify(path)
  const secret = (name: string): string => `fs.readFileSync(${text(join(dataDir, name))})`
  return {
    'write a file': `fs.writeFileSync(${text(join(folder, 'written'))}, 'x')`,
    'append to a file of ours': `fs.appendFileSync(${text(join(CHECKOUT, 'src/main.ts'))}, '')`,
    'make a folder': `fs.mkdirSync(${text(join(folder, 'made'))})`,
    'make a link': `fs.symlinkSync('/etc/passwd', ${text(join(folder, 'link'))})`,
    'write a heap snapshot': `v8.writeHeapSnapshot(${text(join(folder, 'heap'))})`,
    'write a report': `process.report.writeReport(${text(join(folder, 'report'))})`,
    'start a program': `childProcess.spawnSync('/bin/true').error ? (() => { throw childProcess.spawnSync('/bin/true').error })() : 0`,
    'start a Node': `childProcess.fork(${text(join(CHECKOUT, 'src/main.ts'))})`,
    'start a thread': `new workerThreads.Worker('1', { eval: true })`,
    'load native code': `process.dlopen({ exports: {} }, '/usr/lib/x.node')`,
    'open an inspector': `inspector.open(0)`,
    'read the password of the database': secret('postgres/superuser-password'),
    'read a master key': secret('keys/master-1.key'),
    'read the operator token': secret('operator-token'),
    'list the data directory': `fs.readdirSync(${text(dataDir)})`,
    'read a file of the database': secret('postgres/data/PG_VERSION'),
    'read the accounts of the machine': `fs.readFileSync('/etc/passwd')`,
    'read the environment of its parent': "fs.readFileSync('/proc/' + process.ppid + '/environ')",
  }
}

/** Runs the attempts in a process that is started exactly as the supervisor starts a gateway, but for the code that it runs. */
export async function probeGateway(dataDir: string): Promise<ProbeReport & { readonly left: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-probe-'))
  try {
    const report = await run(probeCode(attemptsIn(folder, dataDir)))
    return { ...report, left: readdirSync(folder) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const probeCode = (attempts: Readonly<Record<string, string>>): string => `
  const fs = require('node:fs'), v8 = require('node:v8'), inspector = require('node:inspector')
  const childProcess = require('node:child_process'), workerThreads = require('node:worker_threads')
  const results = {}
  const attempt = (name, work) => {
    try { work(); results[name] = 'done' } catch (error) { results[name] = error.code ?? error.name }
  }
  ${Object.entries(attempts)
    .map(([name, code]) => `attempt(${JSON.stringify(name)}, () => { ${code} })`)
    .join('\n  ')}
  process.stdout.write('words on stdout')
  process.stderr.write('words on stderr')
  process.send({ attempts: results, environment: Object.keys(process.env) }, () => process.exit(0))
`

function run(code: string): Promise<ProbeReport> {
  const plan = gatewayPlan(CHECKOUT)
  return new Promise((resolve, reject) => {
    // Its output is given to us here to see that nothing stands in the way of the real one's going nowhere but the plan itself.
    const output = plan.showsOutput ? 'inherit' : 'ignore'
    const child = spawn(process.execPath, [...plan.nodeArguments, '--eval', code], {
      stdio: ['ignore', output, output, 'ipc'],
      env: { ...plan.environment },
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), PROBE_MS_MAX)
    let report: ProbeReport | undefined
    child.once('error', reject)
    child.on('message', (message: Omit<ProbeReport, 'output'>) => {
      report = { ...message, output }
    })
    child.once('exit', (exitCode) => {
      clearTimeout(timer)
      if (report === undefined) reject(new Error(`the probe ended with ${exitCode} before it told anything`))
      else resolve(report)
    })
  })
}
