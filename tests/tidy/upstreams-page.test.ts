// docs/upstreams.md says what is known of upstreams, and its examples work. Remade by: node tests/tidy/write-upstreams-page.ts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { KNOWN_UPSTREAMS, parseCatalogFile } from '../../src/catalog/index.ts'
import { readConfig } from '../../src/config.ts'
import { HOST_QUIRKS } from '../../src/providers/index.ts'
import { EXAMPLES } from './upstream-examples.ts'
import { upstreamsPage } from './upstreams-page.ts'

test('docs/upstreams.md is what the data makes', () => {
  assert.equal(readFileSync('docs/upstreams.md', 'utf8'), upstreamsPage())
})

test('the page names every upstream, model and odd host', () => {
  const page = upstreamsPage()
  for (const { variable, models } of KNOWN_UPSTREAMS) {
    assert.ok(page.includes(`| \`${variable}\` |`))
    for (const { id } of models) assert.ok(page.includes(`| \`${id}\` |`), id)
  }
  for (const { why } of HOST_QUIRKS) assert.ok(page.includes(why))
})

test('every example of the page is a farebox.yaml that is taken', () => {
  const account = { type: 'service_account', project_id: 'p', client_email: 'e', private_key: 'k' }
  const environment = {
    AZURE_OPENAI_API_KEY: '0123456789abcdef',
    AWS_BEARER_TOKEN_BEDROCK: 'ABSKabcdefgh',
    VERTEX_KEY_BASE64: Buffer.from(JSON.stringify(account)).toString('base64'),
  }
  const examples = [...upstreamsPage().matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml)
  assert.ok(examples.length >= 7)
  for (const yaml of examples) {
    const { desired, problems } = parseCatalogFile(yaml, { file: 'farebox.yaml', environment, knownUpstreams: new Map() })
    assert.deepEqual(problems, [], yaml)
    assert.ok((desired?.models.length ?? 0) > 0)
  }
})

test('no example calls where Farebox itself listens', () => {
  const { listen, operatorListen } = readConfig({})
  for (const { name, yaml } of EXAMPLES)
    for (const [, port] of yaml.matchAll(/base_url: https?:\/\/(?:127\.0\.0\.1|localhost):(\d+)/g))
      assert.ok(![listen.port, operatorListen.port].includes(Number(port)), name)
})

test('models of known upstreams have ids of their own, and labels their evidence', () => {
  const ids = KNOWN_UPSTREAMS.flatMap(({ models }) => models.map(({ id }) => id))
  assert.equal(new Set(ids).size, ids.length)
  for (const { id, privacy } of KNOWN_UPSTREAMS) {
    assert.ok(privacy === undefined || (privacy.evidence !== undefined && privacy.checked !== undefined), id)
  }
})
