import type { SupportRequest, SupportWords } from '../support/index.ts'
import type { ShownSupport, ShownSupportWords } from './contract/index.ts'

/** A request of support as it is shown, without its words. */
export const showSupport = (request: SupportRequest): ShownSupport => ({
  id: request.id,
  account_id: request.accountId,
  state: request.state,
  created_at: request.createdAt.toISOString(),
  promised_at: request.promisedAt.toISOString(),
  due_at: request.dueAt.toISOString(),
  ended_at: request.endedAt?.toISOString() ?? null,
})

/** The same with its words. */
export const showSupportWords = (request: SupportWords): ShownSupportWords => ({
  ...showSupport(request),
  question: request.question ?? null,
  answer: request.answer ?? null,
})
