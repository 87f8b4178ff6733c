// Bytes that have passed through do not lie about for long, and what lives is left alone.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'

const MODULE = new URL('dead-bytes.ts', import.meta.url).href
const MEGABYTE = 1_048_576

type Lying = { readonly mostly: number; readonly most: number }

/**
 * The megabytes that lay about, at most in nine of ten looks and in all, while 300 passed through a process of their own, which asked for its dead bytes
 * after each, or could not.
 */
function passThrough(...flags: readonly string[]): Lying {
  const program = `
    import { setTimeout as turn } from 'node:timers/promises'
    import { deadBytesCollector } from '${MODULE}'
    const look = deadBytesCollector()
    const kept = Buffer.alloc(1000, 'k')
    const lying = []
    for (let megabyte = 0; megabyte < 300; megabyte += 1) {
      for (let part = 0; part < 16; part += 1) Buffer.allocUnsafeSlow(65536)
      look()
      await turn(1)
      lying.push(process.memoryUsage().external)
    }
    const alive = kept.every((byte) => byte === 107)
    process.stdout.write(JSON.stringify(alive ? lying.sort((a, b) => a - b) : []))`
  const args = ['--no-warnings', ...flags, '--min-semi-space-size=16', '--max-semi-space-size=16', '--input-type=module', '--eval', program]
  const lying = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as readonly number[]
  return { mostly: (lying[270] ?? NaN) / MEGABYTE, most: (lying[299] ?? NaN) / MEGABYTE }
}

test('of 300 MB that pass through, no more than some thirty lie at a time; where nobody may ask, half as many more do at least', () => {
  const [asked, unasked] = [passThrough('--expose-gc'), passThrough()]
  assert.ok(asked.mostly < 40, `${asked.mostly} MB`)
  // V8 frees them in a thread of its own, which a busy machine holds up for a moment.
  assert.ok(asked.most < 64, `${asked.most} MB`)
  // V8 looks by itself at 64 MB: nine of ten looks of what grows to that and is freed see 60 at the most.
  assert.ok(unasked.mostly > 1.5 * asked.mostly, `blind: ${unasked.mostly} MB without it, ${asked.mostly} with`)
})
