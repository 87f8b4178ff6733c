// Guards: what farebox.yaml says of the site is read with the files beside it, and all that is wrong with them is told at once, by name.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ConfigRefusedError } from '../spec/index.ts'
import { parseCatalogFile } from './file.ts'
import { siteDefaultsOf, siteSettingsOf } from './site-settings.ts'

let folder = ''
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'farebox-site-'))
  writeFileSync(join(folder, 'terms.md'), '# Terms\n\nBe kind.\n')
  writeFileSync(join(folder, 'terms.zh.md'), '请友善。\n')
  writeFileSync(join(folder, 'logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>')
  writeFileSync(join(folder, 'bad.svg'), '<svg onload="alert(1)"/>')
})
after(() => rmSync(folder, { recursive: true }))

const parse = (text: string) => parseCatalogFile(text, { file: 'farebox.yaml', environment: {}, knownUpstreams: new Map() })
const settingsOf = (text: string) => {
  const { site, problems } = parse(text)
  assert.deepEqual(problems, [])
  return siteSettingsOf(site ?? assert.fail(text), { configPath: join(folder, 'farebox.yaml'), service: 'service' })
}

test('texts, logo, colour and languages are read', () => {
  const settings = settingsOf(
    'site: { name: Kassandra, logo: logo.svg, accent: "#b45309", languages: [zh, en], terms: { en: terms.md, zh: terms.zh.md }, refunds: terms.md, source: "https://x.test/a" }',
  )
  assert.equal(settings.name, 'Kassandra')
  assert.equal(settings.logo?.type, 'image/svg+xml')
  assert.deepEqual(settings.languages, ['zh', 'en'])
  assert.deepEqual(settings.terms, { en: '# Terms\n\nBe kind.\n', zh: '请友善。\n' })
  assert.deepEqual(settings.refunds, { en: '# Terms\n\nBe kind.\n' })
})

test('without a word of it the site has the name of the service and all languages', () => {
  assert.equal(parse('').site, undefined)
  const settings = settingsOf('site: {}')
  assert.deepEqual([settings.name, settings.languages, settings.terms, settings.logo], ['service', ['en', 'zh'], undefined, undefined])
  assert.deepEqual([settings.isOwn, siteDefaultsOf('service').isOwn], [true, false])
})

test('what is not right is told where it stands', () => {
  const wrong = [
    'accent: red',
    'accent: "#fff"',
    'logo: /etc/passwd',
    'logo: ../logo.svg',
    'logo: a/../../logo.svg',
    'logo: logo.gif',
    'terms: [a.md]',
  ]
  for (const line of [
    ...wrong,
    'languages: []',
    'languages: [en, en]',
    'languages: [fr]',
    'source: http://x.test',
    'name: ""',
    'colour: "#ffffff"',
  ]) {
    const { problems } = parse(`site: { ${line} }`)
    assert.ok(
      problems.length > 0 && problems.every(({ path, mend }) => path.startsWith('site') && mend !== ''),
      `${line}: ${JSON.stringify(problems)}`,
    )
  }
})

test('files that are not there, or are no picture, are all named', () => {
  const refused = () => settingsOf('site: { logo: bad.svg, terms: none.md, refunds: { en: terms.md, zh: none.md } }')
  assert.throws(refused, (thrown) => {
    assert.ok(thrown instanceof ConfigRefusedError)
    assert.deepEqual(
      thrown.problems.map(({ path, got }) => [path, got]),
      [
        ['site.logo', 'a handler of events'],
        ['site.terms', 'ENOENT'],
        ['site.refunds.zh', 'ENOENT'],
      ],
    )
    return true
  })
})
