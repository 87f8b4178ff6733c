import { type FormEvent, useState } from 'react'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, Field, usePartWords } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'
import { EventBoxes, eventsIn } from './event-boxes.tsx'

/** What is written of a webhook. */
export type WrittenWebhook = { readonly url: string; readonly events: readonly string[] }

/** A dialog that asks for the address and the events of a webhook. */
export function WebhookForm(about: {
  readonly title: string
  readonly act: string
  readonly given: WrittenWebhook
  readonly run: (written: WrittenWebhook, once: string) => Promise<void>
  readonly onClose: () => void
}) {
  const { title, act: actName, given, run, onClose } = about
  const words = useWords().webhooks
  const { cancel } = usePartWords()
  const [isEmpty, setEmpty] = useState(false)
  const act = useAct(run)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const written = { url: textIn(event.currentTarget, 'url'), events: eventsIn(event.currentTarget) }
    setEmpty(written.events.length === 0)
    if (written.events.length > 0) void act.run(written)
  }
  const isBeside = act.error?.field === 'url'
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        <Field
          label={words.url}
          hint={words.urlHint}
          name="url"
          type="url"
          maxLength={2048}
          placeholder="https://"
          defaultValue={given.url}
          required
          autoFocus
          wrong={isBeside ? act.error?.message : undefined}
        />
        <EventBoxes chosen={given.events} wrong={isEmpty ? words.noEvent : undefined} />
        {act.error !== undefined && !isBeside && <Failed error={act.error} />}
        <div className="answers">
          <button type="button" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" className="main" disabled={act.isRunning}>
            {actName}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
