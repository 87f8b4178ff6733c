#!/usr/bin/env node
// Starts Farebox on the Node it needs: this one when it is new enough, else the one that npm installed beside it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Compiled in the package, as it is in a checkout.
const packed = fileURLToPath(new URL('../server/control/main.js', import.meta.url))
const main = existsSync(packed) ? packed : fileURLToPath(new URL('../src/main.ts', import.meta.url))
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major > 24 || (major === 24 && minor >= 7)) await import(main)
else startOnOwnNode()

function startOnOwnNode() {
  const node = findOwnNode()
  if (node === undefined) {
    process.stderr.write(
      `Farebox needs Node 24.7 or newer.\n  expected  Node >= 24.7\n  got       Node ${process.versions.node}, and none of its own for ${process.platform}-${process.arch}\n  mend      run npm ci without --omit=optional, or install Node 24\n`,
    )
    process.exitCode = 78
    return
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  const forwarded = ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']
  for (const signal of forwarded) process.on(signal, () => child.kill(signal))
  // A terminal sends Ctrl-C to the child as well; sent twice it would mean "at once".
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  child.on('error', (error) => {
    process.stderr.write(`Farebox could not start its own Node (${error.code}).\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
  })
}

function findOwnNode() {
  const require = createRequire(import.meta.url)
  try {
    const folder = dirname(require.resolve(`node-${process.platform}-${process.arch}/package.json`))
    return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}
