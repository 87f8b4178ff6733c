// Guarantee: a member is renamed or taken out wherever it stands and however it is spelled, and every other byte stays.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { removal, renaming } from './member-edits.ts'
import { scanRequest } from './request-fields.ts'
import { scanPlan } from './scan-plan.ts'
import { splice } from './splice.ts'

const space = fc.stringMatching(/^[ \n\t\r]{0,3}$/)
const other = fc.tuple(
  fc.string().filter((name) => name !== 'wanted' && name.toLowerCase() !== 'wanted'),
  fc.jsonValue(),
)
const escaped = (name: string) => [...name].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
const wantedName = fc.constantFrom('wanted', escaped('wanted'), `wan${escaped('ted')}`)

/** A body with the member at a random place among others, and where its value lies. */
const body = fc
  .tuple(fc.uniqueArray(other, { selector: ([name]) => name.toLowerCase(), maxLength: 5 }), fc.jsonValue(), wantedName, fc.nat(5), space)
  .map(([others, value, name, place, gap]) => {
    const members = others.map(([key, told]) => `${JSON.stringify(key)}${gap}:${gap}${JSON.stringify(told, undefined, 1)}`)
    members.splice(place, 0, `"${name}"${gap}:${gap}${JSON.stringify(value)}`)
    return Buffer.from(`{${gap}${members.join(`${gap},${gap}`)}${gap}}`)
  })

const spanOf = (bytes: Buffer) => scanRequest(bytes, scanPlan({ fields: ['wanted'] })).requiredSpan('wanted')
const parsed = (bytes: Buffer): Record<string, unknown> => JSON.parse(bytes.toString()) as Record<string, unknown>

test('a member is taken out', () => {
  fc.assert(
    fc.property(body, (bytes) => {
      const { wanted: _, ...rest } = parsed(bytes)
      assert.deepEqual(parsed(Buffer.concat(splice(bytes, [removal(bytes, spanOf(bytes))]))), rest)
    }),
    { numRuns: 2_000 },
  )
})

test('a member is renamed in its place', () => {
  fc.assert(
    fc.property(body, (bytes) => {
      const renamed = Buffer.concat(splice(bytes, [renaming(bytes, spanOf(bytes), 'other')]))
      const entries = Object.entries(parsed(bytes)).map(([name, value]) => [name === 'wanted' ? 'other' : name, value])
      if (!('other' in parsed(bytes))) assert.deepEqual(parsed(renamed), Object.fromEntries(entries))
    }),
    { numRuns: 1_000 },
  )
})
