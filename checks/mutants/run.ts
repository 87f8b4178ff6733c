import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Detector } from './mutant.ts'

/** How a detector ended: `failed` says what it found. */
export type Detected = { readonly isClean: boolean; readonly failed: string; readonly seconds: number }

/** Where a detector runs: a tree, and the database server of this process, so that none is made for each tree. */
export type Place = { readonly directory: string; readonly server: string }

const MS_MAX = 240_000

/** Runs a detector in a tree. A tree that cannot be loaded is no find: it is thrown. */
export async function runDetector({ directory, server }: Place, by: Detector): Promise<Detected> {
  const began = performance.now()
  const { code, output } = await run(directory, { args: argumentsOf(by), server })
  if (/SyntaxError|ERR_MODULE_NOT_FOUND|ERR_INVALID_TYPESCRIPT/.test(output))
    throw new Error(`the tree does not load: ${output.slice(-500)}`)
  const seconds = Math.round((performance.now() - began) / 100) / 10
  return { isClean: code === 0, failed: firstFailure(output), seconds }
}

/** What a detector is called for people. */
export const nameOf = (by: Detector): string => ('test' in by ? by.test : `${by.prove} --n ${by.n}`)

const argumentsOf = (by: Detector): readonly string[] =>
  'test' in by ? ['--test', '--test-reporter=tap', by.test] : ['src/main.ts', 'prove', by.prove, '--n', String(by.n), '--json']

/** The name of the first test that failed, or the first failure of a check. */
function firstFailure(output: string): string {
  const test = /^ *not ok \d+ - (.+)$/m.exec(output)?.[1]
  const check = /"first":\["((?:[^"\\]|\\.)*)"/.exec(output)?.[1]
  return (test ?? check ?? output.slice(-200)).slice(0, 160)
}

type Run = { readonly args: readonly string[]; readonly server: string }

function run(directory: string, { args, server }: Run): Promise<{ readonly code: number; readonly output: string }> {
  // What tests leave in the temporary folder goes with the tree.
  const temporary = join(directory, 'tmp')
  mkdirSync(temporary, { recursive: true })
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: directory,
      // A group of its own, so that what the runner started ends with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', TMPDIR: temporary, FAREBOX_TEST_DATABASE_URL: server },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), MS_MAX)
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve({ code: code ?? 1, output })
    })
  })
}
