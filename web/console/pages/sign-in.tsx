import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { hasPasskeys, showPasskey } from '../../lib/passkey.ts'
import { secretIn, textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, Field } from '../../parts/index.ts'
import { Door } from '../door.tsx'
import { IssuerButtons } from '../issuers/issuer-buttons.tsx'
import { safeNext } from '../session.tsx'
import { useWords } from '../words/index.ts'

type Way = 'token' | 'password' | 'recovery'

/** How operators come in: by a token, a passkey, a password with a code of an app, or a recovery code. */
export function SignInPage() {
  const words = useWords().signIn
  const navigate = useNavigate()
  const client = useQueryClient()
  const { next } = useSearch({ strict: false })
  const [way, setWay] = useState<Way>('token')
  const enter = () => {
    client.clear()
    void navigate({ to: safeNext(next) })
  }
  const signIn = useAct(async (body: Readonly<Record<string, string>>) => {
    await call('/operator/auth/sign-in', { method: 'POST', body })
    enter()
  })
  const passkey = useAct(async () => {
    const options = await call('/operator/auth/passkey-sign-in/options', { method: 'POST' })
    await call('/operator/auth/passkey-sign-in', { method: 'POST', body: { passkey: await showPasskey(options) } })
    enter()
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void signIn.run(typedIn(event.currentTarget, way))
  }
  const others = (['token', 'password', 'recovery'] as const).filter((one) => one !== way)
  return (
    <Door title={words.title}>
      <form onSubmit={submit}>
        {way === 'token' ? <TokenField /> : <NameFields way={way} />}
        {signIn.error !== undefined && <Failed error={signIn.error} />}
        <button type="submit" className="main" disabled={signIn.isRunning}>
          {words.act}
        </button>
      </form>
      <span className="or">{words.or}</span>
      {hasPasskeys() && (
        <button type="button" disabled={passkey.isRunning} onClick={() => void passkey.run()}>
          {words.byPasskey}
        </button>
      )}
      {passkey.error !== undefined && <Failed error={passkey.error} />}
      {others.map((one) => (
        <button
          key={one}
          type="button"
          className="plain"
          onClick={() => {
            signIn.clear()
            setWay(one)
          }}
        >
          {words.by[one]}
        </button>
      ))}
      <IssuerButtons next={safeNext(next)} />
    </Door>
  )
}

function TokenField() {
  const words = useWords().signIn
  return (
    <Field label={words.token} hint={words.tokenHint} name="token" type="password" autoComplete="current-password" required autoFocus />
  )
}

function NameFields({ way }: { readonly way: Exclude<Way, 'token'> }) {
  const words = useWords().signIn
  const isRecovery = way === 'recovery'
  return (
    <>
      <Field label={words.name} name="name" autoComplete="username" autoCapitalize="none" required autoFocus />
      <Field
        label={words.password}
        name="password"
        type="password"
        autoComplete="current-password"
        required={!isRecovery}
        {...(isRecovery ? { hint: words.passwordIfSet } : {})}
      />
      {isRecovery ? (
        <Field key="recovery" label={words.recoveryCode} hint={words.recoveryHint} name="recovery_code" required />
      ) : (
        <Field key="code" label={words.code} hint={words.codeHint} name="code" inputMode="numeric" autoComplete="one-time-code" required />
      )}
    </>
  )
}

function typedIn(form: HTMLFormElement, way: Way): Readonly<Record<string, string>> {
  if (way === 'token') return { token: textIn(form, 'token') }
  const [name, password] = [textIn(form, 'name'), secretIn(form, 'password')]
  const named = password === '' ? { name } : { name, password }
  return way === 'recovery'
    ? { ...named, recovery_code: textIn(form, 'recovery_code') }
    : { ...named, code: textIn(form, 'code').replaceAll(' ', '') }
}
