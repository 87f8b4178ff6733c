import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { secretIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, Field, Notice, Section } from '../../parts/index.ts'
import { useProven } from '../prove.tsx'
import { useSession } from '../session.tsx'
import { useWords } from '../words/index.ts'

/** The password, set or changed. */
export function PasswordSection() {
  const words = useWords().security
  const { has_password: hasPassword } = useSession()
  const client = useQueryClient()
  const [isDone, setDone] = useState(false)
  // A form that was sent is begun anew, so that no password stays in it.
  const [sent, setSent] = useState(0)
  const change = useProven(
    useAct(async (body: Readonly<Record<string, string>>) => {
      await call('/api/auth/password', { method: 'PUT', body })
      setDone(true)
      setSent((before) => before + 1)
      await client.invalidateQueries()
    }),
  )
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setDone(false)
    const [current, password] = [secretIn(event.currentTarget, 'current'), secretIn(event.currentTarget, 'password')]
    change.run({ password, ...(current === '' ? {} : { current }) })
  }
  return (
    <Section title={words.password}>
      <form key={sent} onSubmit={submit}>
        {hasPassword && <Field label={words.current} name="current" type="password" autoComplete="current-password" required />}
        <Field label={words.newPassword} hint={words.passwordHint} name="password" type="password" autoComplete="new-password" required />
        {change.error !== undefined && <Failed error={change.error} />}
        {isDone && <Notice kind="proven">{words.changed}</Notice>}
        <div className="row">
          <button type="submit">{hasPassword ? words.changePassword : words.setPassword}</button>
        </div>
      </form>
      {change.dialog}
    </Section>
  )
}
