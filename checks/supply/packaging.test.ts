// Guarantee: what the package is made of is found as Node finds it, listed with the hash of the lock, and compiled code knows where it lies.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bomOf, inItsPlace, manifestOf, neededFolders, shrinkwrapOf } from '../../packaging/index.ts'

const HASH = `sha512-${Buffer.alloc(64, 7).toString('base64')}`
const LOCK = {
  'node_modules/a': {
    version: '1.0.0',
    integrity: HASH,
    license: 'MIT',
    dependencies: { b: '^1.0.0' },
    optionalDependencies: { gone: '1' },
  },
  'node_modules/a/node_modules/b': { version: '1.5.0', integrity: HASH, license: 'MIT', dependencies: { c: '*' } },
  'node_modules/b': { version: '2.0.0', integrity: HASH, license: 'MIT' },
  'node_modules/c': { version: '3.0.0', integrity: HASH, license: 'MIT', dependencies: { a: '*' } },
  'node_modules/d': { version: '4.0.0', integrity: HASH, license: 'MIT' },
}

test('what a package needs is looked for beside it first, goes in circles once, and may be gone where it is optional', () => {
  assert.deepEqual(neededFolders(LOCK, ['a']), ['node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/c'])
  assert.throws(() => neededFolders(LOCK, ['e']), /the lock has no e/)
})

test('the list has each version once with its hash, and the parts it is in', () => {
  const bundled = (name: string, folder: string) => ({ name, version: '', folder })
  const parts = {
    gateway: [bundled('b', 'node_modules/b')],
    control: [bundled('b', 'node_modules/b'), bundled('b', 'node_modules/a/node_modules/b')],
  }
  const { components } = bomOf({ name: 'farebox', version: '0.0.1', parts, beside: ['node_modules/d'] }, LOCK)
  assert.deepEqual(
    components.map(({ purl, properties }) => [purl, properties.map(({ value }) => value)]),
    [
      ['pkg:npm/b@1.5.0', ['control']],
      ['pkg:npm/b@2.0.0', ['control', 'gateway']],
      ['pkg:npm/d@4.0.0', ['beside']],
    ],
  )
  assert.equal(components[0]?.hashes[0].content, '07'.repeat(64))
  for (const integrity of [undefined, 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=', `${HASH} ${HASH}`]) {
    const lock = { 'node_modules/d': { version: '4.0.0', ...(integrity === undefined ? {} : { integrity }) } }
    assert.throws(() => bomOf({ name: 'farebox', version: '0.0.1', parts: {}, beside: ['node_modules/d'] }, lock))
  }
})

test('the package asks for what cannot be compiled into it, has no scripts, and locks it by hash', () => {
  const checkout = {
    ...{ name: 'farebox', version: '0.0.1', description: '', license: 'MIT', type: 'module', engines: {}, bin: {} },
    scripts: { postinstall: 'true' },
    devDependencies: { d: '4.0.0' },
    dependencies: { b: '2.0.0', '@node-rs/bcrypt': '1.0.0' },
    optionalDependencies: { c: '3.0.0' },
  }
  const manifest = manifestOf(checkout)
  assert.deepEqual(manifest.dependencies, { '@node-rs/bcrypt': '1.0.0' })
  assert.ok(!('scripts' in manifest) && !('devDependencies' in manifest))
  const lock = { ...LOCK, 'node_modules/@node-rs/bcrypt': { version: '1.0.0', integrity: HASH } }
  const { packages } = shrinkwrapOf(manifest, lock) as { readonly packages: Readonly<Record<string, { readonly integrity?: string }>> }
  assert.ok(!('node_modules/d' in packages) && 'node_modules/c' in packages)
  for (const [folder, { integrity }] of Object.entries(packages).filter(([one]) => one !== '')) assert.equal(integrity, HASH, folder)
})

test('compiled code reads what lies beside its source, and never takes itself for the program', async () => {
  const step = inItsPlace('/x')
  const emitted: string[] = []
  const bundler = {
    emitFile: ({ fileName, source }: { readonly fileName: string; readonly source: Uint8Array }) =>
      emitted.push(`${fileName} ${source.length}`),
  }
  const moved = (code: string) => step.transform.call(bundler, code, '/x/src/db/migrate.ts')?.code ?? ''
  const run = async (code: string): Promise<unknown> => {
    const source = moved(code)
      .replaceAll('import.meta.dirname', '"/opt/farebox/server/control"')
      .replaceAll('import.meta.url', '"file:///opt/farebox/server/control/piece.js"')
    return ((await import(`data:text/javascript,${encodeURIComponent(source)}`)) as { readonly found: unknown }).found
  }
  assert.equal(await run('export const found = import.meta.dirname'), '/opt/farebox/src/db')
  assert.equal(await run("export const found = new URL('../../docs/errors.md', import.meta.url).pathname"), '/opt/farebox/docs/errors.md')
  assert.equal(await run('export const found = import.meta.main'), false)
  assert.equal(step.transform.call(bundler, 'import.meta.dirname', '/x/node_modules/a/index.js'), undefined)
  const ofPackage = "export const found = import.meta.resolve('gpt-tokenizer/data/o200k_base.tiktoken')"
  assert.equal(await run(ofPackage), 'file:///opt/farebox/server/control/o200k_base.tiktoken')
  assert.deepEqual(emitted, ['o200k_base.tiktoken 3613922'])
})
