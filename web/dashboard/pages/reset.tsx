import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { secretIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { useBrought } from '../../lib/use-brought.ts'
import { Failed, Field, Notice } from '../../parts/index.ts'
import type { ResetDone } from '../answers.ts'
import { Door } from '../door.tsx'
import { type MailedLink, readMailedLink } from '../mailed-link.ts'
import { useWords } from '../words/index.ts'

/** A forgotten password: a link is mailed, and sets a new one. */
export function ResetPage() {
  const link = useBrought(readMailedLink)
  return <Reset key={link?.token ?? ''} link={link} />
}

function Reset({ link }: { readonly link: MailedLink | undefined }) {
  const words = useWords().reset
  const [done, setDone] = useState<readonly string[]>()
  const ask = useAct(async (email: string) => {
    await call('/api/auth/reset', { method: 'POST', body: { email } })
    setDone([words.sent(email)])
  })
  const change = useAct(async (password: string) => {
    const { ways } = await call<ResetDone>('/api/auth/reset/confirm', { method: 'POST', body: { token: link?.token, password } })
    setDone([words.changed, words.ways(ways)])
  })
  const act = link === undefined ? ask : change
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void act.run(secretIn(event.currentTarget, 'text'))
  }
  return (
    <Door
      title={words.title}
      foot={
        <p>
          <a href="/sign-in">{words.signIn}</a>
        </p>
      }
    >
      {done === undefined ? (
        <form onSubmit={submit}>
          {link === undefined ? (
            <Field label={words.email} name="text" type="email" autoComplete="email" required autoFocus />
          ) : (
            <Field
              label={words.password}
              hint={words.passwordHint}
              name="text"
              type="password"
              autoComplete="new-password"
              required
              autoFocus
            />
          )}
          {act.error !== undefined && <Failed error={act.error} />}
          <button type="submit" className="main" disabled={act.isRunning}>
            {link === undefined ? words.ask : words.change}
          </button>
        </form>
      ) : (
        <Notice kind="todo">
          {done.map((one) => (
            <span key={one}>{one}</span>
          ))}
        </Notice>
      )}
    </Door>
  )
}
