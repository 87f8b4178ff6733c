import { setTimeout as delay } from 'node:timers/promises'
import type { z } from 'zod'
import { type Database, sql } from '../db/index.ts'
import { FailureError, fail } from '../failures.ts'
import type { Repeatable } from './answer-once.ts'

/**
 * What to do outside of any transaction: `work` is given an id, the same however often one POST is sent, and has one effect for each id; its
 * answer is stored, so it holds no secret and no e-mail.
 */
export type AgainWork<Schema extends z.ZodType> = { readonly schema: Schema; readonly work: (orderId: string) => Promise<z.output<Schema>> }

/** While the work of a POST is under way, this stands for its status. */
const UNDER_WAY = 102

type Remembered = { readonly input_hash: Buffer; readonly status: number; readonly response: unknown }

/**
 * Gives the answer of a POST whose work asks others, who keep books of their own: whoever repeats it gets the same answer, and whoever does so
 * before there is one waits for it, and does the same work under the same id where none comes. A failure is forgotten, so that it can be mended and tried again. Fails with
 * idempotency_conflict for another body.
 */
export async function answerAgain<Schema extends z.ZodType>(
  parts: { readonly database: Database; readonly newId: () => string },
  request: Repeatable | undefined,
  again: AgainWork<Schema>,
): Promise<z.output<Schema>> {
  const { database, newId } = parts
  const { schema, work } = again
  if (request === undefined) return await work(newId())
  const claimed = await database.query(sql`
    insert into idempotency (key_hash, input_hash, status, response)
    values (${request.keyHash}, ${request.inputHash}, ${UNDER_WAY}, ${JSON.stringify({ id: newId() })}::jsonb) on conflict (key_hash) do nothing
    returning 1`)
  const known = claimed.length > 0 ? await recall(database, request) : await waitFor(database, request)
  // Whoever was at it failed, and may not be waited for.
  if (known === undefined) return await answerAgain(parts, request, again)
  if (!known.input_hash.equals(request.inputHash)) return fail('idempotency_conflict')
  if (known.status !== UNDER_WAY) return schema.parse(known.response)
  try {
    const answer = schema.parse(await work(idOf(known.response)))
    await database.query(sql`
      update idempotency set status = 200, response = ${JSON.stringify(answer)}::jsonb where key_hash = ${request.keyHash} and status = ${UNDER_WAY}`)
    return answer
  } catch (thrown) {
    // What ended without an answer of ours may have had its effect, so its id is kept for whoever tries again.
    if (thrown instanceof FailureError && thrown.failure.status < 500)
      await database.query(sql`delete from idempotency where key_hash = ${request.keyHash} and status = ${UNDER_WAY}`)
    throw thrown
  }
}

const recall = async (database: Database, request: Repeatable): Promise<Remembered | undefined> =>
  (await database.query<Remembered>(sql`select input_hash, status, response from idempotency where key_hash = ${request.keyHash}`))[0]

const WAITS = 100
const WAIT_MS = 100

/** What somebody else does at the moment, when it is done; as it stands where that takes too long. */
async function waitFor(database: Database, request: Repeatable): Promise<Remembered | undefined> {
  for (let waits = 0; ; waits += 1) {
    const known = await recall(database, request)
    if (known?.status !== UNDER_WAY || !known.input_hash.equals(request.inputHash) || waits === WAITS) return known
    await delay(WAIT_MS)
  }
}

function idOf(response: unknown): string {
  if (typeof response === 'object' && response !== null && 'id' in response && typeof response.id === 'string') return response.id
  throw new TypeError('a POST under way has no id')
}
