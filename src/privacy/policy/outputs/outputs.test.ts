// Guarantee: all six outputs tell of every column and nothing else, are made again byte by byte, and the YAML is what a reader of YAML reads.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseYaml } from '../../../catalog/yaml-document.ts'
import { INVENTORY } from '../../../inventory.ts'
import { testFacts } from '../testing.ts'
import { DATA_FORMATS, dataOutput } from './index.ts'
import { type YamlValue, yamlText } from './yaml-text.ts'

const facts = { ...testFacts('strict'), inventory: INVENTORY }
const read = (text: string): unknown => parseYaml(text, 'map.yml', {}).value
const own = INVENTORY.columns.filter(({ subject }) => subject === 'customer')
const nameOf = ({ table, column }: { readonly table: string; readonly column: string }): string => `${table}.${column}`

test('each output is the same when it is made again', () => {
  for (const format of DATA_FORMATS) assert.equal(dataOutput(format, facts), dataOutput(format, structuredClone(facts)), format)
})

test('any value comes back from its YAML', () => {
  const leaf = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => text.replaceAll('${', '')),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie('tree'), { maxKeys: 4 }),
    ),
  }))
  fc.assert(
    fc.property(tree, (value) => {
      assert.deepEqual(JSON.parse(JSON.stringify(read(yamlText({ value: value as YamlValue })))), JSON.parse(JSON.stringify({ value })))
    }),
    { numRuns: 200 },
  )
})

test('the data map has every column, in its table', () => {
  type Named = { readonly name: string }
  type Map = { readonly dataset: readonly { readonly collections: readonly (Named & { readonly fields: readonly Named[] })[] }[] }
  const map = read(dataOutput('fideslang', facts)) as Map
  const found = map.dataset.flatMap(({ collections }) =>
    collections.flatMap(({ name, fields }) => fields.map((field) => `${name}.${field.name}`)),
  )
  assert.deepEqual(found.sort(), INVENTORY.columns.map(nameOf).sort())
})

test('the export schema has what people get, the erasure plan all that is theirs, retention every column', () => {
  type Schema = { readonly properties: Readonly<Record<string, { readonly items: { readonly properties: object } }>> }
  const schema = JSON.parse(dataOutput('export-schema', facts)) as Schema
  const exported = Object.entries(schema.properties).flatMap(([table, { items }]) =>
    Object.keys(items.properties).map((column) => `${table}.${column}`),
  )
  assert.deepEqual(
    exported.sort(),
    own
      .filter((entry) => entry.export)
      .map(nameOf)
      .sort(),
  )
  type Step = {
    readonly table: string
    readonly delete: readonly string[]
    readonly overwrite: readonly string[]
    readonly keep: readonly { readonly columns: readonly string[] }[]
  }
  const { steps } = JSON.parse(dataOutput('erasure-plan', facts)) as { readonly steps: readonly Step[] }
  const planned = steps.flatMap((step) =>
    [...step.delete, ...step.overwrite, ...step.keep.flatMap(({ columns }) => columns)].map((column) => `${step.table}.${column}`),
  )
  assert.deepEqual(planned.sort(), own.map(nameOf).sort())
  const jobs = JSON.parse(dataOutput('retention', facts)) as readonly { readonly table: string; readonly columns: readonly string[] }[]
  assert.deepEqual(
    jobs.flatMap(({ table, columns }) => columns.map((column) => `${table}.${column}`)).sort(),
    INVENTORY.columns.map(nameOf).sort(),
  )
})

test('the record of processing names purpose, ground and end of each activity', () => {
  type Activity = { readonly purpose: string; readonly legal_basis: readonly string[]; readonly erasure_time_limits: readonly string[] }
  const record = JSON.parse(dataOutput('ropa', facts)) as { readonly processing_activities: readonly Activity[] }
  assert.ok(record.processing_activities.length > 10)
  for (const { purpose, legal_basis, erasure_time_limits } of record.processing_activities)
    assert.ok(purpose !== '' && legal_basis.length > 0 && erasure_time_limits.length > 0, purpose)
})
