import type { CellReaders, SubjectKeys } from '../privacy/index.ts'
import { CHAT_PURPOSE } from './bind-chat.ts'

/** How the sealed chat of an account is read. */
export const telegramReaders = (sealing: Pick<SubjectKeys, 'unseal'>): CellReaders => ({
  'telegram_chat.chat_sealed': async ({ accountId, value }) => (await sealing.unseal(accountId, value, CHAT_PURPOSE))?.toString() ?? null,
})
