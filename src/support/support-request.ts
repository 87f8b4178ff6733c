import type { Sql } from '../db/index.ts'
import { sql } from '../db/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'

/** How far a request is: waiting, answered, or closed by either side. */
export const SUPPORT_STATES = ['open', 'answered', 'closed'] as const
export type SupportState = (typeof SUPPORT_STATES)[number]

/** A request without its words; `promisedAt` is the day we promise, `dueAt` the last day there is. */
export type SupportRequest = {
  readonly id: string
  readonly accountId: string
  readonly state: SupportState
  readonly createdAt: Date
  readonly promisedAt: Date
  readonly dueAt: Date
  readonly endedAt: Date | undefined
}

/** The words of both sides; a question is undefined once the account was erased, an answer also until there is one. */
export type SupportWords = SupportRequest & { readonly question: string | undefined; readonly answer: string | undefined }

/** What seals words under the key of an account. */
export type WordSealing = Pick<SubjectKeys, 'seal' | 'unseal'>

/** What words are sealed for, so that no side's can be put in the place of another's. */
export const wordsPurpose = (side: 'question' | 'answer', id: string): string => `support ${side} ${id}`

const DAY_MS = 86_400_000
const PROMISED_DAYS = 3
/** As for requests of rights, which can come this way. Source: Regulation (EU) 2016/679, article 12(3) (2016-04). */
export const DUE_DAYS = 30
/** From this day on somebody has to be told. */
export const ALARM_DAYS = 20

/** A row as the statements here read it. */
export type SupportRow = {
  readonly id: string
  readonly account_id: string
  readonly state: SupportState
  readonly question_sealed: Buffer
  readonly answer_sealed: Buffer | null
  readonly created_at: Date
  readonly due_at: Date
  readonly ended_at: Date | null
}

/** The columns of a row. */
export const SUPPORT_COLUMNS: Sql = sql`id, account_id, state, question_sealed, answer_sealed, created_at, due_at, ended_at`

/** A row without its words. */
export const requestOf = (row: SupportRow): SupportRequest => ({
  id: row.id,
  accountId: row.account_id,
  state: row.state,
  createdAt: row.created_at,
  promisedAt: new Date(row.created_at.getTime() + PROMISED_DAYS * DAY_MS),
  dueAt: row.due_at,
  endedAt: row.ended_at ?? undefined,
})

/** A row with its words. */
export async function wordsOf(row: SupportRow, sealing: WordSealing): Promise<SupportWords> {
  const read = async (side: 'question' | 'answer', sealed: Buffer | null): Promise<string | undefined> =>
    sealed === null ? undefined : (await sealing.unseal(row.account_id, sealed, wordsPurpose(side, row.id)))?.toString()
  const [question, answer] = [await read('question', row.question_sealed), await read('answer', row.answer_sealed)]
  return { ...requestOf(row), question, answer }
}
