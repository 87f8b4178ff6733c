import { fail } from '../failures.ts'
import { formatUsd, type NanoUsd, parseUsd } from '../lib/index.ts'
import { type Erasure, type HeldColumn, type PrivacyRequest, purposeWords, type ShownErasure } from '../privacy/index.ts'
import type { ShownAccess, ShownErasureBody, ShownPrivacyRequest } from './contract/index.ts'

/** Nothing of calls but their figures is kept; whoever asks for it is told so. */
const NO_CONTENT = {
  en: 'No prompt, answer or file of any call is kept, so there is none to show, correct or erase.',
  zh: '我们不保存任何调用的提问、回答或文件，因此没有可供查看、更正或删除的内容。',
}
const PROOF = '/privacy/proof'

/** An erasure as people see it. */
export const showErasure = ({ accountId, erasure, left, goes, stays, expires, holds }: ShownErasure): ShownErasureBody => ({
  account_id: accountId,
  state: erasure?.state ?? 'none',
  requested_at: erasure?.requestedAt.toISOString() ?? null,
  done_at: erasure?.doneAt?.toISOString() ?? null,
  gone_by: erasure?.goneBy.toISOString() ?? null,
  left: formatUsd(left),
  goes: goes.map(showPart),
  stays: stays.map(showPart),
  expires: expires.map(showPart),
  holds: holds.map((hold) => ({ ...hold })),
})

/** A part of a table, with what it is kept for in both languages. */
const showPart = <Part extends { readonly purpose: string; readonly columns: readonly string[] }>(part: Part) => ({
  ...part,
  columns: [...part.columns],
  purpose_zh: purposeWords(part.purpose, 'zh'),
})

/** An erasure of the queue as operators see it, at a time in milliseconds. */
export const showQueued = (erasure: Erasure, now: number) => ({
  ...{ account_id: erasure.accountId, state: erasure.state, cause: erasure.cause, requested_at: erasure.requestedAt.toISOString() },
  locked_at: erasure.lockedAt?.toISOString() ?? null,
  shredded_at: erasure.shreddedAt?.toISOString() ?? null,
  done_at: erasure.doneAt?.toISOString() ?? null,
  gone_by: erasure.goneBy.toISOString(),
  is_late: (erasure.doneAt?.getTime() ?? now) > erasure.goneBy.getTime(),
})

/** A request as the operator sees it. */
export const showRequest = (request: PrivacyRequest): ShownPrivacyRequest => ({
  id: request.id,
  account_id: request.accountId,
  kind: request.kind,
  channel: request.channel,
  state: request.state,
  created_at: request.createdAt.toISOString(),
  verified_at: request.verifiedAt?.toISOString() ?? null,
  promised_at: request.promisedAt.toISOString(),
  due_at: request.dueAt.toISOString(),
  ended_at: request.endedAt?.toISOString() ?? null,
})

/** What is held as people see it. */
export const showAccess = (accountId: string, held: readonly HeldColumn[]): ShownAccess => ({
  account_id: accountId,
  content: NO_CONTENT.en,
  content_zh: NO_CONTENT.zh,
  proof: PROOF,
  held: held.map(({ isExported, value, ...about }) => ({
    ...about,
    purpose_zh: purposeWords(about.purpose, 'zh'),
    ...{ is_exported: isExported, value },
  })),
})

/** What is given up at most, in nano-USD; nothing when it is left out. Fails with amount_invalid (give_up). */
export function readGiveUp(text: string | undefined): NanoUsd {
  if (text === undefined || /^0(?:\.0{1,9})?$/.test(text)) return 0n
  return parseUsd(text) ?? fail('amount_invalid', { field: 'give_up' })
}

/** What an export is answered with. Source: RFC 6266 §4 (2011-06). */
export const exportHeaders = (accountId: string): Readonly<Record<string, string>> => ({
  'content-type': 'application/zip',
  'content-disposition': `attachment; filename="account-${accountId}.zip"`,
})
