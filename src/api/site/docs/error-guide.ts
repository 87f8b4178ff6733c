import { FAILURES } from '../../../failures.ts'

/** Parts of docs/errors.md, by their headings. */
const GROUP_OF_HEADING = {
  'The request': 'request',
  'Who calls': 'caller',
  'Money and limits': 'money',
  'Upstreams and us': 'upstreams',
  Receipts: 'receipts',
  Operator: 'operator',
  'Signing in': 'signIn',
  'The process': 'process',
} as const
export type ErrorGroup = (typeof GROUP_OF_HEADING)[keyof typeof GROUP_OF_HEADING] | 'other'

/** An error as people look it up: what is said, and what to do about it. */
export type ErrorEntry = {
  readonly code: string
  readonly status: number
  readonly isRetryable: boolean
  readonly message: string
  readonly mend: string
  readonly group: ErrorGroup
}

const ROW = /^\| <a id="(\w+)"><\/a>`\w+` \| .* \| (.+?) \|$/

/**
 * Every declared failure with the advice of docs/errors.md, whose text is handed in; a code that the page lacks stands without advice
 * under "other". The catalogue rules over the page.
 */
export function errorGuide(page: string): readonly ErrorEntry[] {
  const advice = new Map<string, { readonly mend: string; readonly group: ErrorGroup }>()
  let group: ErrorGroup = 'other'
  for (const line of page.split('\n')) {
    const heading = /^#{2,3} (.+)$/.exec(line)?.[1]
    if (heading !== undefined) group = Object.entries(GROUP_OF_HEADING).find(([name]) => name === heading)?.[1] ?? 'other'
    const [, code, mend] = ROW.exec(line) ?? []
    if (code !== undefined && mend !== undefined) advice.set(code, { mend, group })
  }
  return Object.entries(FAILURES).map(([code, { status, message, retryable }]) => ({
    ...{ code, status, message, isRetryable: retryable },
    ...(advice.get(code) ?? { mend: '', group: 'other' as const }),
  }))
}
