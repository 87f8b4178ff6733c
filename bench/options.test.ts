// Guarantee: a run measures what was asked for and nothing is silently ignored.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOptions } from './options.ts'

test('the defaults are five rounds of everything, two with --quick', () => {
  assert.equal(parseOptions([]).rounds, 5)
  assert.equal(parseOptions(['--quick']).rounds, 2)
  assert.deepEqual(parseOptions([]).proxies, ['direct', 'nginx', 'node-sockets', 'farebox', 'farebox-cores', 'farebox-tls', 'portkey'])
})

test('lists are taken in their own order, and direct is always there', () => {
  assert.deepEqual(parseOptions(['--only', 'sse,1kb']).only, ['1kb', 'sse'])
  assert.deepEqual(parseOptions(['--proxies', 'portkey']).proxies, ['direct', 'portkey'])
})

test('what is not known is refused', () => {
  for (const args of [['--only', '2kb'], ['--proxies', 'apache'], ['--rounds', '0'], ['--rounds', 'x'], ['--fast'], ['stray']]) {
    assert.throws(() => parseOptions(args), args.join(' '))
  }
})
