import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useRef } from 'react'
import { secretIn, textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, usePartWords } from '../../parts/index.ts'
import { ActFailed } from './prove-again.tsx'

/** What was typed into a form, by the names of its fields. */
export type Typed = Readonly<Record<string, string>>

/** What is wrong with a field of a form, as the server says it. */
export type WrongOf = (field: string) => string | undefined

/**
 * A question with fields whose answer changes something: sends it once, shows what is wrong beside its field, and reads what is shown anew. `fields` are
 * names under which the server can complain and that are shown.
 */
export function ActDialog(about: {
  readonly title: string
  readonly act: string
  readonly isGrave?: boolean
  readonly isWide?: boolean
  readonly isHeld?: boolean
  readonly fields?: readonly string[]
  /** `secret` reads a field to the letter, as passwords are. */
  readonly run: (typed: Typed, once: string, secret: (field: string) => string) => Promise<unknown>
  readonly onClose: () => void
  /** What follows in place of closing. */
  readonly onDone?: () => void
  readonly children: (wrong: WrongOf) => ReactNode
}) {
  const { title, act: actName, isGrave = false, isWide = false, isHeld = false, fields = [], onClose, onDone, children } = about
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const last = useRef<Typed>({})
  const secrets = useRef<Typed>({})
  const act = useAct(async (typed: Typed, once) => {
    await about.run(typed, once, (field) => secrets.current[field] ?? '')
    void client.invalidateQueries()
    ;(onDone ?? onClose)()
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const [form, names] = [event.currentTarget, [...new FormData(event.currentTarget).keys()]]
    last.current = Object.fromEntries(names.map((name) => [name, textIn(form, name)]))
    secrets.current = Object.fromEntries(names.map((name) => [name, secretIn(form, name)]))
    void act.run(last.current)
  }
  const field = act.error?.field
  const isBeside = field !== undefined && fields.includes(field)
  return (
    <Dialog title={title} onClose={onClose} isWide={isWide}>
      <form onSubmit={submit}>
        {children((name) => (act.error?.field === name ? act.error.message : undefined))}
        {act.error !== undefined && !isBeside && <ActFailed error={act.error} onAgain={() => void act.run(last.current)} />}
        <div className="answers">
          <button type="button" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" className={isGrave ? 'grave' : 'main'} disabled={act.isRunning || isHeld}>
            {actName}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
