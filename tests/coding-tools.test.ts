// Guarantee: the coding tools that people use edit a file through a Farebox, over each kind of upstream, and every call of theirs is billed.
// Installs them from the registry when it runs; what cannot be had is skipped by name.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startWorld, type World } from '../checks/world.ts'
import { AFTER, CODING_TOOLS, DONE, install, makePlace, runSession } from './coding-tools/index.ts'

const MODELS = ['m-openai', 'm-anthropic', 'm-gemini']

let world: World
const packages = mkdtempSync(join(tmpdir(), 'farebox-tools-'))
before(async () => {
  world = await startWorld()
})
after(async () => {
  await world.stop()
  rmSync(packages, { recursive: true, force: true })
})

for (const tool of CODING_TOOLS) {
  describe(tool.name, () => {
    const installed = install(tool, join(packages, tool.name.replace(' ', '-')))
    const skip = 'reason' in installed && installed.reason
    for (const model of MODELS) {
      test(`edits a file with ${model}`, { skip }, async () => {
        const customer = await world.operator.customer('50.00')
        const place = makePlace({ base: world.base, key: customer.key, model })
        world.sim.forget()
        world.sim.script((request) => tool.script(request, place))
        const { code, output } = await runSession(tool.session(place, 'modules' in installed ? installed.modules : ''), place.folder)
        const edited = readFileSync(place.file, 'utf8')
        rmSync(dirname(place.home), { recursive: true, force: true })
        assert.equal(code, 0, output)
        assert.equal(edited, AFTER, output)
        assert.ok(output.includes(DONE), output)
        const rows = await world.operator.usage(customer.id)
        assert.deepEqual(new Set(rows.map(({ outcome }) => outcome)), new Set(['completed']))
        assert.equal(rows.length, world.sim.calls.length, 'a row for each call')
      })
    }
  })
}
