import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { call } from '../../lib/call.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, Field, Looks } from '../../parts/index.ts'
import { IssuerButtons } from '../issuers/issuer-buttons.tsx'
import { safeNext } from '../session.tsx'
import { useWords } from '../words/index.ts'

/** How operators come in: by the token of the installation or one of their own. */
export function SignInPage() {
  const words = useWords().signIn
  const navigate = useNavigate()
  const client = useQueryClient()
  const { next } = useSearch({ strict: false })
  const signIn = useAct(async (token: string) => {
    await call('/operator/auth/sign-in', { method: 'POST', body: { token } })
    client.clear()
    void navigate({ to: safeNext(next) })
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void signIn.run(textIn(event.currentTarget, 'token'))
  }
  return (
    <main className="door" id="main">
      <title>{words.title}</title>
      <div className="ticket">
        <span className="brand">
          <span className="stub" aria-hidden="true" /> Farebox
        </span>
        <div className="body">
          <header>
            <h1>{words.title}</h1>
          </header>
          <form onSubmit={submit}>
            <Field
              label={words.token}
              hint={words.tokenHint}
              name="token"
              type="password"
              autoComplete="current-password"
              required
              autoFocus
            />
            {signIn.error !== undefined && <Failed error={signIn.error} />}
            <button type="submit" className="main" disabled={signIn.isRunning}>
              {words.act}
            </button>
          </form>
          <IssuerButtons next={safeNext(next)} />
        </div>
        <Looks />
      </div>
    </main>
  )
}
