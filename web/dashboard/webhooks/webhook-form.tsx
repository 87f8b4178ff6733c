import { useState } from 'react'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Field, FormDialog } from '../../parts/index.ts'
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
  const { title, act: actWord, given, run, onClose } = about
  const words = useWords().webhooks
  const [isEmpty, setEmpty] = useState(false)
  const act = useAct(run)
  const submit = (form: HTMLFormElement) => {
    const written = { url: textIn(form, 'url'), events: eventsIn(form) }
    setEmpty(written.events.length === 0)
    if (written.events.length > 0) void act.run(written)
  }
  return (
    <FormDialog {...{ title, actWord, act, onClose }} member="url" onSubmit={submit}>
      {(wrong) => (
        <>
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
            wrong={wrong}
          />
          <EventBoxes chosen={given.events} wrong={isEmpty ? words.noEvent : undefined} />
        </>
      )}
    </FormDialog>
  )
}
