import type { ReactNode } from 'react'
import { Notice } from '../parts/index.ts'
import { useMay } from './rights.ts'
import { useWords } from './words/index.ts'

type Right = Parameters<ReturnType<typeof useMay>>[0]

/** Who may do what a right opens, in words; undefined for who has it. */
export function useLacking(right: Exclude<Right, 'look'>): string | undefined {
  const words = useWords().frame.needs
  const may = useMay()
  return may(right) ? undefined : words[right]
}

/** A part of a page that a right opens: who lacks it sees it at rest, and reads who may use it. */
export function Only({ right, children }: { readonly right: Exclude<Right, 'look'>; readonly children: ReactNode }) {
  const lacking = useLacking(right)
  if (lacking === undefined) return children
  return (
    <>
      <Notice>{lacking}</Notice>
      <fieldset className="bare" disabled>
        {children}
      </fieldset>
    </>
  )
}

/** What a right opens, to who has it; nothing to others. */
export const IfMay = ({ right, children }: { readonly right: Right; readonly children: ReactNode }) => (useMay()(right) ? children : null)
