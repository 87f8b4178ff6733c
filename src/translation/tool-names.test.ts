// Guarantee: every tool of a call is told under a name of its own that all upstreams take, the same each time, and is found again by it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ToolName } from './call.ts'
import { ownName, toolNaming } from './tool-names.ts'

test('a tool of a namespace is told by both names in one', () => {
  const naming = toolNaming(['exec'])
  assert.equal(naming.toldAs({ namespace: 'mcp__github', name: 'get_me' }), 'mcp__github__get_me')
  // As earlier versions of Codex name theirs.
  assert.equal(naming.toldAs({ namespace: 'mcp__github__', name: 'get_all' }), 'mcp__github__get_all')
  assert.equal(naming.toldAs({ name: 'exec' }), 'exec')
  assert.deepEqual(
    [...naming.own.values()],
    [
      { namespace: 'mcp__github', name: 'get_me' },
      { namespace: 'mcp__github__', name: 'get_all' },
    ],
  )
})

test('whatever tools are called, each has its own name of at most 64 characters, and is known by it', () => {
  const part = fc.oneof(fc.constantFrom('a', 'b', 'a__b', 'b__a', '__', ''), fc.string({ maxLength: 70 }))
  const tool: fc.Arbitrary<ToolName> = fc.oneof(
    part.map((name) => ({ name })),
    fc.tuple(part, part).map(([namespace, name]) => ({ namespace, name })),
  )
  fc.assert(
    fc.property(fc.array(tool, { maxLength: 12 }), (tools) => {
      const plain = tools.flatMap(({ namespace, name }) => (namespace === undefined ? [name] : []))
      const naming = toolNaming(plain)
      const told = tools.map(naming.toldAs)
      const kinds = new Set(tools.map(({ namespace, name }) => JSON.stringify([namespace, name])))
      assert.equal(new Set(told).size, kinds.size)
      for (const [index, name] of told.entries()) {
        assert.ok(name.length <= 64, name)
        assert.deepEqual(ownName({ toolNames: naming.own }, name), tools[index])
      }
      assert.deepEqual(tools.map(naming.toldAs), told)
      assert.deepEqual(tools.map(toolNaming(plain).toldAs), told)
    }),
    { numRuns: 500 },
  )
})

test('a name that was made for a tool and that another has already is not given twice', () => {
  const tool = { namespace: 'a', name: 'b' }
  const first = toolNaming(['a__b']).toldAs(tool)
  const second = toolNaming(['a__b', first]).toldAs(tool)
  assert.equal(new Set(['a__b', first, second]).size, 3)
})
