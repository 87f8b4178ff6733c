import type { FormEvent, ReactNode } from 'react'
import type { Act } from '../lib/use-act.ts'
import { Dialog } from './dialog.tsx'
import { Failed } from './failed.tsx'
import { useWords } from './words.ts'

type FormAbout = {
  readonly title: string
  /** What the button says. */
  readonly actWord: string
  readonly act: Pick<Act<never>, 'error' | 'isRunning'>
  /** The member of the request that is written here: what is wrong with it is said beside its input, by `children`. */
  readonly member: string
  readonly onSubmit: (form: HTMLFormElement) => void
  readonly onClose: () => void
  readonly children: (wrong: string | undefined) => ReactNode
}

/** A dialog whose form does one thing, or says what was wrong with it. */
export function FormDialog({ title, actWord, act, member, onSubmit, onClose, children }: FormAbout) {
  const { cancel } = useWords()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    onSubmit(event.currentTarget)
  }
  const isBeside = act.error?.field === member
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        {children(isBeside ? act.error?.message : undefined)}
        {act.error !== undefined && !isBeside && <Failed error={act.error} />}
        <div className="answers">
          <button type="button" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" className="main" disabled={act.isRunning}>
            {actWord}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
