import type { ReactNode } from 'react'
import { CallError, UNREADABLE } from '../lib/call.ts'
import { Notice } from './page.tsx'
import { useWords } from './words.ts'

/** What is said of a failure tells when to try again, in either language. */
const SAYS_WHEN = /(?:again|same payment) in | 秒后/

/** What is said to programs without a key and to people without a session. */
const OF_NO_SESSION: readonly string[] = ['key_missing', 'signed_out']

/** What went wrong, in words that say what to do. */
export function useFailureWords(): (error: unknown) => string {
  const words = useWords()
  return (error) => {
    if (!(error instanceof CallError)) return words.broken
    if (error.code === 'unreachable') return words.unreachable
    if (error.code === UNREADABLE) return words.unreadable(error.status)
    if (OF_NO_SESSION.includes(error.code)) return words.signedOut
    if (error.code === 'not_found') return words.nothingHere
    const later = error.retryAfterSeconds === undefined ? '' : ` ${words.retryIn(error.retryAfterSeconds)}`
    return SAYS_WHEN.test(error.message) ? error.message : `${error.message}${later}`
  }
}

/** Shows what went wrong; `acts` is what can be done about it. */
export function Failed({ error, acts }: { readonly error: unknown; readonly acts?: ReactNode }) {
  const wordsOf = useFailureWords()
  return (
    <Notice kind="loss">
      <span>{wordsOf(error)}</span>
      {acts}
    </Notice>
  )
}
