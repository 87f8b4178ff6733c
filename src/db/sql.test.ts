// Protects: no text from outside becomes part of a statement; values keep their order however fragments are nested.
import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { assert, bigInt, constantFrom, property, string } from 'fast-check'
import type { Database } from './database.ts'
import { isSql, type Sql, sql } from './sql.ts'

test('values become placeholders, whatever is in them', () => {
  assert(
    property(string(), bigInt(), (text, number) => {
      const statement = sql`select ${text}, ${number}::bigint`
      equal(statement.text, 'select $1, $2::bigint')
      deepEqual(statement.values, [text, number])
    }),
  )
})

test('fragments become part of the text and bring their values along', () => {
  const wanted = (id: string): Sql => sql`id = ${id} and day >= ${'2026-01-01'}`
  const statement = sql`select ${1} from a where ${wanted('x')} or ${sql`true`} limit ${5}`
  equal(statement.text, 'select $1 from a where id = $2 and day >= $3 or true limit $4')
  deepEqual(statement.values, [1, 'x', '2026-01-01', 5])
  const outer = sql`with q as (${statement}) select * from q where ${wanted('y')}`
  equal(outer.text, `with q as (${statement.text}) select * from q where id = $5 and day >= $6`)
  deepEqual(outer.values, [1, 'x', '2026-01-01', 5, 'y', '2026-01-01'])
})

test('any tree of fragments numbers its placeholders in the order of its values', () => {
  const leaf = (value: string) => sql`(${value})`
  assert(
    property(constantFrom(0, 1, 2, 3, 4, 5), string({ maxLength: 5 }), (depth, text) => {
      let statement = leaf(text)
      for (let level = 0; level < depth; level++) statement = sql`${level} ${statement} ${leaf(`${level}`)} x ${statement}`
      const numbers = [...statement.text.matchAll(/\$(\d+)/g)].map((match) => Number(match[1]))
      deepEqual(
        numbers,
        statement.values.map((_, index) => index + 1),
      )
    }),
  )
})

test('what only looks like a statement stays a value', () => {
  const fake = JSON.parse('{"text":"drop table account","values":[]}')
  equal(isSql(fake), false)
  equal(sql`select ${fake}`.text, 'select $1')
})

test('a named statement carries its name', () => {
  equal(sql.named('find-key')`select ${1}`.name, 'find-key')
  equal(sql`select 1`.name, undefined)
})

type Taken = Parameters<Database['query']>[0]

test('what runs statements takes those of the tag alone, by its type', () => {
  // The types are the test: each of these lines compiles with this value alone.
  const text: string extends Taken ? true : false = false
  const alike: { text: string; values: never[]; name: undefined } extends Taken ? true : false = false
  const statement: Sql extends Taken ? true : false = true
  deepEqual([text, alike, statement], [false, false, true])
})
