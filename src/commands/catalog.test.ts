// Guards: an import shows every card before anything is written, and a refusal names its reason; prices are listed and cancelled by number.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Command } from 'commander'
import { putModel, putUpstream } from '../catalog/index.ts'
import { readConfig } from '../config.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { FailureError } from '../failures.ts'
import { keyringOf } from '../privacy/index.ts'
import { catalog } from './catalog.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-import-'))
const list = join(folder, 'prices.json')
let kit: TestDatabase

before(async () => {
  kit = await createTestDatabase()
  const sealing = keyringOf(new Map([[1, Buffer.alloc(32, 5)]]))
  await putUpstream(kit.appDatabase, { id: 'openai', body: { kind: 'openai', base_url: 'https://a.example/v1' } }, sealing)
  await putModel(kit.appDatabase, { id: 'm-old', body: { ...BOUNDS, price: { input: '1', output: '2' } } })
})
after(async () => {
  await kit.drop()
  rmSync(folder, { recursive: true })
})

const BOUNDS = { context: 1000, output_max: 100, routes: [{ upstream: 'openai', model: 'm-old' }] }

async function run(...argv: readonly string[]): Promise<string> {
  const written: string[] = []
  const print = (text: string) => {
    written.push(text)
  }
  const environment = { DATABASE_URL: kit.connection, FAREBOX_DATA_DIR: folder }
  const context = { environment, config: () => readConfig(environment), print, note: print }
  const program = new Command().exitOverride()
  catalog(program.command('catalog'), context)
  await program.parseAsync(['catalog', ...argv], { from: 'user' })
  return written.join('\n')
}

const entry = (fields: string) => `{"litellm_provider":"openai","max_input_tokens":900000,"max_output_tokens":50,${fields}}`
const CARDS = `"input_cost_per_token":2e-06,"output_cost_per_token":3e-06,"input_cost_per_token_above_200k_tokens":4e-06,
  "output_cost_per_token_batches":1e-06,"search_context_cost_per_query":{"search_context_size_low":0.01}`

test('the table has a row for each card that changes, and nothing is written without --apply', async () => {
  writeFileSync(
    list,
    `{"m-old":${entry(CARDS)},"m-new":${entry(CARDS)},"m-bad":${entry('"input_cost_per_token":0,"output_cost_per_token":0')},"m-none":${entry('"mode":"chat"')}}`,
  )
  const shown = await run('import', list)
  const rows = shown.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '))
  assert.ok(rows.includes('refused | m-bad | m-bad | input is zero'), shown)
  assert.ok(rows.includes('skipped | m-none | m-none | the list gives no price for it'), shown)
  assert.ok(
    rows.includes(
      'changed | m-old | m-old | standard | input 1.00 → 2.00, output 2.00 → 3.00, cache_read 1.00 → 2.00, cache_write_5m 1.00 → 2.00, cache_write_1h 1.00 → 2.00, web_search as usual → 0.01',
    ),
    shown,
  )
  assert.ok(
    rows.includes('standard above 200000 | input 4.00, output 3.00, cache_read 4.00, cache_write_5m 4.00, cache_write_1h 4.00'),
    shown,
  )
  assert.ok(rows.includes('batch | input 2.00, output 1.00, cache_read 2.00, cache_write_5m 2.00, cache_write_1h 2.00'), shown)
  assert.match(shown, /1 added, 1 changed, 0 unchanged, 1 skipped, 1 refused\. Nothing is written yet: add --apply/)
  assert.match(await run('prices', 'm-old'), /1 +holds .*standard +input 1\.00, output 2\.00/)
  const json = JSON.parse(await run('import', list, '--json'))
  assert.equal(json.changes.find(({ id }: { readonly id: string }) => id === 'm-old').new.service_tiers.batch.output, '1.00')
  assert.match(shown, /m-old costs customers more from \d{4}-\d\d-\d\d on\./)
  assert.match(await run('import', list, '--apply', '--reason', 'nobody has called yet'), /Written\./)
  assert.match(await run('import', list, '--apply'), /0 added, 0 changed, 2 unchanged, 1 skipped, 1 refused\. (Written|Nothing to write)/)
  assert.match(
    await run('prices', 'm-old'),
    /holds .*\n.*standard above 200000 .*\n.*batch +input 2\.00.*\n.*batch above 200000.*\n.*1 +past/,
  )
})

test('a list with a price that is none is refused whole, each entry by name', async () => {
  writeFileSync(
    list,
    `{"m-fine":${entry(CARDS)},"m-low":${entry('"input_cost_per_token":-1')},"m-word":${entry('"output_cost_per_token":"x"')}}`,
  )
  await assert.rejects(run('import', list, '--apply'), (thrown) => {
    assert.ok(thrown instanceof FailureError)
    assert.match(
      thrown.failure.message,
      /\(2\): m-low: input is negative, output is missing; m-word: output is not a number, input is missing\./,
    )
    return true
  })
  await assert.rejects(run('prices', 'm-fine'), { message: 'model_unknown' })
})

test('a scheduled price is listed and cancelled, once', async () => {
  const change = { effective_at: '2999-01-01T00:00:00Z', input: '9', output: '9' }
  const { price, price_changes } = await putModel(kit.appDatabase, {
    id: 'm-old',
    body: { ...BOUNDS, price: { input: '2', output: '3' }, price_changes: [change] },
  })
  assert.equal(price?.input, '2.00')
  const version = String(price_changes[0]?.version)
  assert.match(await run('prices', 'm-old'), /scheduled +2999-01-01 00:00 +standard +input 9\.00/)
  assert.match(await run('cancel', version), /will not hold/)
  assert.match(await run('prices', 'm-old'), /cancelled +2999/)
  for (const [name, code] of [
    [version, 'price_begun'],
    ['99999', 'price_unknown'],
    ['x', 'price_unknown'],
  ] as const)
    await assert.rejects(run('cancel', name), (thrown) => thrown instanceof FailureError && thrown.failure.code === code)
})
