import type { ComponentProps, FormEvent, ReactNode } from 'react'
import { textIn } from '../lib/text-in.ts'
import type { Act } from '../lib/use-act.ts'
import { Dialog } from './dialog.tsx'
import { Failed } from './failed.tsx'
import { Field } from './field.tsx'
import { useWords } from './words.ts'

type OneField = Omit<ComponentProps<typeof Field>, 'wrong' | 'autoFocus' | 'name'> & {
  /** The input's own name. */
  readonly name: string
  readonly title: string
  /** What the button says. */
  readonly actWord: string
  /** Told what was written. */
  readonly act: Act<string>
  /** The member of the request that the text goes into: what is wrong with it is said beside the input. */
  readonly member: string
  readonly onClose: () => void
  readonly children?: ReactNode
}

/** A dialog that asks for one text and does one thing with it. */
export function OneFieldDialog({ title, actWord, act, member, onClose, children, ...field }: OneField) {
  const { cancel } = useWords()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void act.run(textIn(event.currentTarget, field.name))
  }
  const isBeside = act.error?.field === member
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        <Field {...field} autoFocus wrong={isBeside ? act.error?.message : undefined} />
        {children}
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
