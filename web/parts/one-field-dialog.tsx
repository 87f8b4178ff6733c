import type { ComponentProps, ReactNode } from 'react'
import { textIn } from '../lib/text-in.ts'
import type { Act } from '../lib/use-act.ts'
import { Field } from './field.tsx'
import { FormDialog } from './form-dialog.tsx'

type OneField = Omit<ComponentProps<typeof Field>, 'wrong' | 'autoFocus' | 'name'> &
  Pick<ComponentProps<typeof FormDialog>, 'title' | 'actWord' | 'member' | 'onClose'> & {
    /** The input's own name. */
    readonly name: string
    /** Told what was written. */
    readonly act: Act<string>
    readonly children?: ReactNode
  }

/** A dialog that asks for one text and does one thing with it. */
export function OneFieldDialog({ title, actWord, act, member, onClose, children, ...field }: OneField) {
  return (
    <FormDialog {...{ title, actWord, act, member, onClose }} onSubmit={(form) => void act.run(textIn(form, field.name))}>
      {(wrong) => (
        <>
          <Field {...field} autoFocus wrong={wrong} />
          {children}
        </>
      )}
    </FormDialog>
  )
}
