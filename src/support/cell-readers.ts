import type { CellReaders } from '../privacy/index.ts'
import { type WordSealing, wordsPurpose } from './support-request.ts'

/** How sealed columns of requests are read. */
export const supportReaders = (sealing: Pick<WordSealing, 'unseal'>): CellReaders => ({
  'support_request.question_sealed': async ({ accountId, value, row }) =>
    (await sealing.unseal(accountId, value, wordsPurpose('question', String(row['id']))))?.toString() ?? null,
  'support_request.answer_sealed': async ({ accountId, value, row }) =>
    (await sealing.unseal(accountId, value, wordsPurpose('answer', String(row['id']))))?.toString() ?? null,
})
