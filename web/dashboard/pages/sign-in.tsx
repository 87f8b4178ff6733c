import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { hasPasskeys, showPasskey } from '../../lib/passkey.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, Field, useAsked } from '../../parts/index.ts'
import type { Issuers, SignInAnswer } from '../answers.ts'
import { Door } from '../door.tsx'
import { broughtInvitation, JOIN_PATH, withInvitation } from '../invitation.ts'
import { CompanyForm } from '../issuers/company-form.tsx'
import { IssuerButtons } from '../issuers/issuer-buttons.tsx'
import { safeNext, useForget } from '../session.tsx'
import { useWords } from '../words/index.ts'
import { SecondStep } from './second-step.tsx'

type Step = Extract<SignInAnswer, { readonly signed_in: false }>

/** Signing in: by e-mail and password, account number, or passkey, with a second step where one is asked for. */
export function SignInPage() {
  const words = useWords().signIn
  const [step, setStep] = useState<Step>()
  const enter = useEnter()
  const invitation = broughtInvitation()
  return (
    <Door
      title={step === undefined ? words.title : words.secondTitle}
      foot={
        <p className="faint">
          {words.noAccount} <a href={withInvitation('/sign-up', invitation)}>{words.signUp}</a>
        </p>
      }
    >
      {step === undefined ? (
        <FirstStep onStep={setStep} onDone={enter} />
      ) : (
        <SecondStep step={step} onDone={enter} onBack={() => setStep(undefined)} />
      )}
    </Door>
  )
}

/** Goes on to where the person wanted to be. */
function useEnter(): () => void {
  const navigate = useNavigate()
  const forget = useForget()
  const { next } = useSearch({ strict: false })
  return () => {
    forget()
    const invitation = broughtInvitation()
    if (invitation === undefined) void navigate({ to: safeNext(next) })
    else void navigate({ to: JOIN_PATH, hash: `invitation=${invitation}` })
  }
}

function FirstStep({ onStep, onDone }: { readonly onStep: (step: Step) => void; readonly onDone: () => void }) {
  const words = useWords().signIn
  const { byCompany } = useWords().issuers
  const [isNumber, setNumber] = useState(false)
  const [isCompany, setCompany] = useState(false)
  const { data: issuers } = useAsked<Issuers>('/api/auth/issuers')
  const { next } = useSearch({ strict: false })
  const signIn = useAct(async (body: Readonly<Record<string, string>>) => {
    const answer = await call<SignInAnswer>('/api/auth/sign-in', { method: 'POST', body })
    if (answer.signed_in) onDone()
    else onStep(answer)
  })
  const passkey = useAct(async () => {
    const options = await call('/api/auth/passkey-sign-in/options', { method: 'POST' })
    await call('/api/auth/passkey-sign-in', { method: 'POST', body: { passkey: await showPasskey(options) } })
    onDone()
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void signIn.run(filled(new FormData(event.currentTarget)))
  }
  if (isCompany) return <CompanyForm next={safeNext(next)} onBack={() => setCompany(false)} />
  return (
    <>
      <form onSubmit={submit}>
        {isNumber ? <NumberField /> : <EmailField />}
        <Field
          label={words.password}
          hint={isNumber ? words.passwordIfSet : <a href="/reset">{words.forgotten}</a>}
          name="password"
          type="password"
          autoComplete="current-password"
          required={!isNumber}
        />
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
      <IssuerButtons aim="sign-in" next={safeNext(next)} />
      {issuers?.company === true && (
        <button type="button" onClick={() => setCompany(true)}>
          {byCompany}
        </button>
      )}
      <button type="button" className="plain" onClick={() => setNumber(!isNumber)}>
        {isNumber ? words.byEmail : words.byNumber}
      </button>
    </>
  )
}

function NumberField() {
  const { number, numberHint } = useWords().signIn
  return <Field label={number} hint={numberHint} name="account_number" inputMode="numeric" autoComplete="username" required autoFocus />
}

function EmailField() {
  const { email } = useWords().signIn
  return <Field label={email} name="email" type="email" autoComplete="username webauthn" required autoFocus />
}

/** What was filled in of a form, empty fields left out. */
const filled = (form: FormData): Readonly<Record<string, string>> =>
  Object.fromEntries([...form].flatMap(([name, value]) => (typeof value === 'string' && value !== '' ? [[name, value]] : [])))
