import type { WebhookEvent } from '../../../src/webhooks/index.ts'
import { useWords } from '../words/index.ts'

/** Which events a webhook asks for, in a form: boxes called `events`. */
export function EventBoxes({ chosen, wrong }: { readonly chosen: readonly string[]; readonly wrong: string | undefined }) {
  const words = useWords().webhooks
  return (
    <fieldset className="field">
      <legend>{words.events}</legend>
      {(Object.keys(words.eventNames) as WebhookEvent[]).map((event) => (
        <label key={event} className="choice">
          <input type="checkbox" name="events" value={event} defaultChecked={chosen.includes(event)} />
          <span>
            <code>{event}</code> <span className="faint">– {words.eventNames[event]}</span>
          </span>
        </label>
      ))}
      {wrong !== undefined && (
        <span className="wrong" role="alert">
          {wrong}
        </span>
      )}
    </fieldset>
  )
}

/** The events that are ticked in a form. */
export const eventsIn = (form: HTMLFormElement): readonly string[] =>
  new FormData(form).getAll('events').filter((value) => typeof value === 'string')
