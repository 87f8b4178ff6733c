import { createHash, createHmac } from 'node:crypto'
import type { Context } from 'hono'
import type { z } from 'zod'
import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'

/**
 * A POST that may be sent again: the hash of its place and Idempotency-Key, and that of its body under this key, as a plain one would tell an
 * e-mail or a reason to whoever guesses it; both 32 bytes.
 */
export type Repeatable = { readonly keyHash: Buffer; readonly inputHash: Buffer }

/** What to do once, and how its answer looks; the answer is stored, so it holds no secret and no e-mail. */
export type OnceWork<Schema extends z.ZodType> = {
  readonly status: number
  readonly schema: Schema
  readonly work: (tx: Database) => Promise<z.output<Schema>>
}

/**
 * What makes this request the same as another one, or undefined when it carries no Idempotency-Key. `owner` is the account that sends it: what
 * another account sent is never the same.
 */
export async function repeatableOf(c: Context, owner?: string): Promise<Repeatable | undefined> {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return undefined
  const inputHash = createHmac('sha256', key)
    .update(await c.req.text())
    .digest()
  const place = `${c.req.method}\n${c.req.path}\n${key}`
  return { keyHash: sha256(owner === undefined ? place : `${owner}\n${place}`), inputHash }
}

/**
 * Does the work once in a transaction and gives its answer, also to everyone who repeats it, at the same time or later. A failure undoes
 * all of it and is not remembered, so that it can be mended and tried again. Fails with idempotency_conflict for another body.
 */
export async function answerOnce<Schema extends z.ZodType>(
  database: Database,
  request: Repeatable | undefined,
  once: OnceWork<Schema>,
): Promise<z.output<Schema>> {
  if (request === undefined) return database.transaction(once.work)
  return database.transaction(async (tx) => {
    // Whoever writes the same row first makes the others wait here until its transaction has ended.
    const claimed = await tx.query(sql`
      insert into idempotency (key_hash, input_hash, status, response) values (${request.keyHash}, ${request.inputHash}, ${once.status}, 'null')
      on conflict (key_hash) do nothing returning status`)
    if (claimed.length === 0) return recall(tx, request, once.schema)
    // As the schema has it, so that whoever repeats it gets the same bytes.
    const answer = once.schema.parse(await once.work(tx))
    await tx.query(sql`update idempotency set response = ${JSON.stringify(answer)}::jsonb where key_hash = ${request.keyHash}`)
    return answer
  })
}

async function recall<Schema extends z.ZodType>(tx: Database, request: Repeatable, schema: Schema): Promise<z.output<Schema>> {
  const [row] = await tx.query<{ readonly input_hash: Buffer; readonly response: unknown }>(sql`
    select input_hash, response from idempotency where key_hash = ${request.keyHash}`)
  if (row === undefined || !row.input_hash.equals(request.inputHash)) return fail('idempotency_conflict')
  return schema.parse(row.response)
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
