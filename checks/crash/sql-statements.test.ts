// Protects: CRA-15 cuts each migration at every statement, and no migration can be left out of it.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { MIGRATIONS, readMigrations } from '../../src/db/index.ts'
import { sqlStatements } from './sql-statements.ts'

test('semicolons of comments, strings, names and bodies end no statement', () => {
  const statements = [
    '-- a; comment\ncreate table a ();',
    " insert into a values ('it''s; text');",
    ' create function f() returns void language plpgsql as $$ begin perform 1; end $$;',
    ' do $x$ begin execute $$ select 1; $$; end $x$;',
    ' /* another; */ alter table "odd;name" add b int;\n-- the end; of it\n',
  ]
  assert.deepEqual(sqlStatements(statements.join('')), statements)
})

test('a text that ends without a semicolon is one statement more than it has semicolons', () => {
  assert.deepEqual(sqlStatements('select 1 - 2'), ['select 1 - 2'])
})

test('every migration is cut into statements that are its text again', async () => {
  const files = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql'))
  const migrations = await readMigrations(MIGRATIONS)
  assert.deepEqual(migrations.map(({ name }) => name).sort(), files.sort())
  for (const { name, text } of migrations) {
    const statements = sqlStatements(text)
    assert.equal(statements.join(''), text, name)
    for (const statement of statements) assert.match(statement.replaceAll(/--[^\n]*/g, ''), /\w[\s\S]*;\s*$/, name)
  }
})
