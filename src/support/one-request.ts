import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { type Clock, type Ids, isUuid } from '../lib/index.ts'
import {
  DUE_DAYS,
  requestOf,
  SUPPORT_COLUMNS,
  type SupportRequest,
  type SupportRow,
  type WordSealing,
  wordsPurpose,
} from './support-request.ts'

type At = { readonly sealing: WordSealing; readonly clock: Pick<Clock, 'now'> }

const DAY_MS = 86_400_000
/** So many of one account may wait at a time. */
const WAITING_MAX = 20

/** Writes a question, sealed, once for each id where one is given. Fails with account_unknown, support_waiting. */
export async function openRequest(
  { database, sealing, ids, clock }: At & { readonly database: Database; readonly ids: Ids },
  { accountId, question, id = ids.uuid() }: { readonly accountId: string; readonly question: string; readonly id?: string | undefined },
): Promise<SupportRequest> {
  const now = clock.now()
  const sealed = await sealing.seal(accountId, Buffer.from(question), wordsPurpose('question', id))
  return await database.transaction(async (tx) => {
    // The row of the account makes those who ask at once come one after the other.
    const [account] = await tx.query(sql`select from account where id = ${accountId}::uuid and status <> 'erased' for update`)
    if (account === undefined) fail('account_unknown')
    const [known] = await tx.query<SupportRow>(sql`
      select ${SUPPORT_COLUMNS} from support_request where id = ${id}::uuid and account_id = ${accountId}::uuid`)
    if (known !== undefined) return requestOf(known)
    const [waiting] = await tx.query<{ count: bigint }>(sql`
      select count(*) as count from support_request where account_id = ${accountId}::uuid and state = 'open'`)
    if ((waiting?.count ?? 0n) >= WAITING_MAX) fail('support_waiting', { limit: WAITING_MAX })
    const [row] = await tx.query<SupportRow>(sql`
      insert into support_request (id, account_id, state, question_sealed, created_at, due_at)
      values (${id}::uuid, ${accountId}::uuid, 'open', ${sealed}, ${new Date(now)}, ${new Date(now + DUE_DAYS * DAY_MS)})
      returning ${SUPPORT_COLUMNS}`)
    return row === undefined ? fail('account_unknown') : requestOf(row)
  })
}

/** The row of a request. Fails with request_unknown. */
export async function readRequest(database: Database, id: string): Promise<SupportRow> {
  if (!isUuid(id)) fail('request_unknown')
  const [row] = await database.query<SupportRow>(sql`select ${SUPPORT_COLUMNS} from support_request where id = ${id}::uuid`)
  return row ?? fail('request_unknown')
}

/** Writes the answer to an open request, sealed. Fails with request_unknown, request_ended. */
export async function answerRequest(
  tx: Database,
  { sealing, clock }: At,
  { id, answer }: { readonly id: string; readonly answer: string },
): Promise<SupportRequest> {
  const { account_id: accountId, state } = await readRequest(tx, id)
  if (state !== 'open') fail('request_ended')
  const sealed = await sealing.seal(accountId, Buffer.from(answer), wordsPurpose('answer', id.toLowerCase()))
  const [row] = await tx.query<SupportRow>(sql`
    update support_request set state = 'answered', answer_sealed = ${sealed}, ended_at = ${new Date(clock.now())}
    where id = ${id}::uuid and state = 'open' returning ${SUPPORT_COLUMNS}`)
  return row === undefined ? fail('request_ended') : requestOf(row)
}

/** Closes a request; of `accountId` alone where it is given. Fails with request_unknown, request_ended. */
export async function closeRequest(
  database: Database,
  clock: Pick<Clock, 'now'>,
  { id, accountId }: { readonly id: string; readonly accountId: string | undefined },
): Promise<SupportRequest> {
  const known = await readRequest(database, id)
  if (accountId !== undefined && known.account_id !== accountId) fail('request_unknown')
  const [row] = await database.query<SupportRow>(sql`
    update support_request set state = 'closed', ended_at = coalesce(ended_at, ${new Date(clock.now())})
    where id = ${id}::uuid and state <> 'closed' returning ${SUPPORT_COLUMNS}`)
  return row === undefined ? fail('request_ended') : requestOf(row)
}
