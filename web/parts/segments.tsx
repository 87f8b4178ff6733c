import { useId } from 'react'

/** One of a few, all of which are seen. */
export function Segments(about: {
  readonly label: string
  readonly value: string
  readonly choices: readonly { readonly value: string; readonly shown: string }[]
  readonly onChange: (value: string) => void
}) {
  const { label, value, choices, onChange } = about
  const name = useId()
  return (
    <fieldset className="field">
      <legend>{label}</legend>
      <div className="segments">
        {choices.map((choice) => (
          <label key={choice.value}>
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
              className="unseen"
            />
            <span>{choice.shown}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
