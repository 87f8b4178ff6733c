// Protects: a log that lies on a full disk costs lines and nothing else; the process goes on, and writes again when there is room.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const MODULE = join(import.meta.dirname, 'standard-error.ts')
const LINES = 3

/** Writes lines in turns of their own, tells on standard output that it is alive, and ends by itself. */
const PROGRAM = `
  import { standardErrorWriter } from ${JSON.stringify(MODULE)}
  const write = standardErrorWriter()
  for (let index = 0; index < ${LINES}; index += 1) {
    write('line ' + index + '\\n')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  process.stdout.write('alive')`

function runWith(standardError: number): string {
  const args = ['--no-warnings', '--input-type=module', '-e', PROGRAM]
  return execFileSync(process.execPath, args, { stdio: ['ignore', 'pipe', standardError], encoding: 'utf8' })
}

test('where every write fails for want of room the process goes on', { skip: !existsSync('/dev/full') && 'no /dev/full here' }, () => {
  const full = openSync('/dev/full', 'w')
  try {
    assert.equal(runWith(full), 'alive')
  } finally {
    closeSync(full)
  }
})

test('lines arrive once each in a file, and after one that could not be written', () => {
  const directory = mkdtempSync(join(tmpdir(), 'farebox-stderr-'))
  const path = join(directory, 'log')
  const file = openSync(path, 'a')
  try {
    assert.equal(runWith(file), 'alive')
    assert.equal(readFileSync(path, 'utf8'), 'line 0\nline 1\nline 2\n')
  } finally {
    closeSync(file)
    rmSync(directory, { recursive: true })
  }
})

const PRLIMIT = '/usr/bin/prlimit'

test('what comes after a line that was lost is written', { skip: !existsSync(PRLIMIT) && 'no prlimit here' }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'farebox-stderr-'))
  const path = join(directory, 'log')
  const file = openSync(path, 'a')
  // No file may grow at first and any may then, as on a disk that was full and was freed.
  const script = `ulimit -S -f 0; exec "$0" --no-warnings --input-type=module -e "$1"`
  const freed = `import { execFileSync } from 'node:child_process'
    setTimeout(() => execFileSync('${PRLIMIT}', ['--pid', String(process.pid), '--fsize=unlimited:']), 1)
    ${PROGRAM.replace('5)', '100)')}`
  try {
    execFileSync('bash', ['-c', script, process.execPath, freed], { stdio: ['ignore', 'ignore', file] })
    assert.equal(readFileSync(path, 'utf8'), 'line 1\nline 2\n')
  } finally {
    closeSync(file)
    rmSync(directory, { recursive: true })
  }
})
