// A process that dies leaves no memory in a core file, and nothing breaks where the switch is not there.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { keepMemoryOutOfCores } from './core-files.ts'

test('what is started afterwards has the switch as well', { skip: process.platform !== 'linux' && 'Linux only' }, () => {
  const code = `import { keepMemoryOutOfCores } from './src/supervisor/core-files.ts'
    import { execFileSync } from 'node:child_process'
    keepMemoryOutOfCores()
    process.stdout.write(execFileSync('cat', ['/proc/self/coredump_filter']))`
  const shown = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', code], { encoding: 'utf8' })
  assert.equal(shown.trim(), '00000000')
})

test('a machine without the switch is none the worse', () => {
  assert.doesNotThrow(() => keepMemoryOutOfCores('/no/such/switch'))
})
