import type { FormEvent } from 'react'
import { textIn } from '../../lib/text-in.ts'
import { Failed, Field } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'
import { useCompany } from './issuer-buttons.tsx'

/** Asks for a work e-mail, of whose domain the company's sign-in is found. */
export function CompanyForm({ next, onBack }: { readonly next: string; readonly onBack: () => void }) {
  const words = useWords().issuers
  const go = useCompany()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void go.run({ email: textIn(event.currentTarget, 'work_email'), aim: 'sign-in', next })
  }
  return (
    <form onSubmit={submit}>
      <Field
        label={words.workEmail}
        hint={words.workEmailHint}
        name="work_email"
        autoComplete="email"
        required
        autoFocus
        onChange={go.clear}
      />
      {go.error !== undefined && <Failed error={go.error} />}
      <button type="submit" className="main" disabled={go.isRunning}>
        {words.byCompany}
      </button>
      <button type="button" className="plain" onClick={onBack}>
        {words.otherWay}
      </button>
    </form>
  )
}
