/** Reads one input again: node checks/security/fuzz/read-again.ts TARGET FILE. Ends with 1 where it fails. */
import { readFileSync } from 'node:fs'
import { runTarget } from './run-target.ts'
import { isTargetName } from './targets/index.ts'

if (import.meta.main) {
  const [name, file] = process.argv.slice(2)
  if (!isTargetName(name) || file === undefined) throw new TypeError('give a target and a file')
  const { findings } = await runTarget(name, { n: 0, seed: 0, guided: 0, corpus: [readFileSync(file)] }, () => undefined)
  for (const { what } of findings) process.stderr.write(`${what}\n`)
  process.exitCode = findings.length === 0 ? 0 : 1
}
