import { isUuid } from '../lib/index.ts'
import { SPEND_WINDOWS, type SpendWindow } from '../spec/index.ts'

/** One window of one subject; `startsAt` in milliseconds since 1970. */
export type SpendRef = { readonly subjectId: string; readonly window: SpendWindow; readonly startsAt: number }

/** A window by a name under which a book keeps a slice of it; no account is called so. */
export const writeSpendRef = ({ subjectId, window, startsAt }: SpendRef): string => `${subjectId}/${window}/${startsAt}`

/** Whether a name is that of a window, and not of an account. */
export const isSpendRef = (name: string): boolean => name.includes('/')

/** The window of a name. Throws RangeError for what `writeSpendRef` never wrote. */
export function readSpendRef(name: string): SpendRef {
  const [subjectId = '', word, startsAt] = name.split('/')
  const window = SPEND_WINDOWS.find((known) => known === word)
  if (!isUuid(subjectId) || window === undefined) throw new RangeError('not the name of a window')
  return { subjectId, window, startsAt: Number(startsAt) }
}
