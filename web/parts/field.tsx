import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from 'react'

type About = { readonly label: string; readonly hint?: ReactNode; readonly wrong?: string | undefined }

/** A line to write in, with what it is, a hint, and what is wrong with it. */
export function Field({ label, hint, wrong, ...input }: About & Omit<InputHTMLAttributes<HTMLInputElement>, 'id'>) {
  const id = useId()
  const told = [hint === undefined ? '' : `${id}-hint`, wrong === undefined ? '' : `${id}-wrong`].filter(Boolean).join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} aria-invalid={wrong !== undefined} aria-describedby={told || undefined} autoComplete="off" {...input} />
      {hint !== undefined && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {wrong !== undefined && (
        <span className="wrong" id={`${id}-wrong`} role="alert">
          {wrong}
        </span>
      )}
    </div>
  )
}

/** One of a few to choose. */
export function Choice({ label, hint, wrong, children, ...select }: About & Omit<SelectHTMLAttributes<HTMLSelectElement>, 'id'>) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} aria-invalid={wrong !== undefined} aria-describedby={hint === undefined ? undefined : `${id}-hint`} {...select}>
        {children}
      </select>
      {hint !== undefined && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {wrong !== undefined && (
        <span className="wrong" role="alert">
          {wrong}
        </span>
      )}
    </div>
  )
}

/** Some lines to write in. */
export function TextField(
  about: About & { readonly onWrite?: (text: string) => void } & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'id'>,
) {
  const { label, hint, wrong, onWrite, ...area } = about
  const id = useId()
  const told = [hint === undefined ? '' : `${id}-hint`, wrong === undefined ? '' : `${id}-wrong`].filter(Boolean).join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        aria-invalid={wrong !== undefined}
        aria-describedby={told || undefined}
        autoComplete="off"
        onChange={(event) => onWrite?.(event.currentTarget.value)}
        {...area}
      />
      {hint !== undefined && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {wrong !== undefined && (
        <span className="wrong" id={`${id}-wrong`} role="alert">
          {wrong}
        </span>
      )}
    </div>
  )
}
