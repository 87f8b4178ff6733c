/**
 * Runs the test files that its arguments name, one after the other in this process. Each is a suite of its own, so that its hooks are for its tests alone,
 * and made when its turn has come, so that nothing which it starts outside its tests grows old meanwhile.
 */
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'

for (const file of process.argv.slice(2)) {
  test(file, () => {
    describe(file, async () => {
      await import(pathToFileURL(resolve(file)).href)
    })
  })
}
