import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { secretIn, textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { useBrought } from '../../lib/use-brought.ts'
import { Failed, Field, Notice, Secret } from '../../parts/index.ts'
import type { SignedIn } from '../answers.ts'
import { Door } from '../door.tsx'
import { broughtInvitation, JOIN_PATH, withInvitation } from '../invitation.ts'
import { IssuerButtons } from '../issuers/issuer-buttons.tsx'
import { type MailedLink, readMailedLink } from '../mailed-link.ts'
import { broughtBy, sayBroughtBy } from '../referral.ts'
import { useForget } from '../session.tsx'
import { useWords } from '../words/index.ts'

/** Opening an account: an e-mail that is confirmed by a mailed link, or a number and no e-mail at all. */
export function SignUpPage() {
  const words = useWords().signUp
  const invitation = useBrought(broughtInvitation)
  const from = useBrought(broughtBy)
  const link = useBrought(readMailedLink)
  const [number, setNumber] = useState<string>()
  const title = number !== undefined ? words.numberTitle : link === undefined ? words.title : words.confirmTitle
  return (
    <Door
      title={title}
      foot={
        <p className="faint">
          {words.hasAccount} <a href={withInvitation('/sign-in', invitation)}>{words.signIn}</a>
        </p>
      }
    >
      {number !== undefined ? (
        <KeepNumber number={number} invitation={invitation} />
      ) : link === undefined ? (
        <Begin invitation={invitation} from={from} onNumber={setNumber} />
      ) : (
        <Confirm key={link.token} {...link} />
      )}
    </Door>
  )
}

type Beginning = { readonly invitation: string | undefined; readonly from: string | undefined; readonly onNumber: (number: string) => void }

function Begin({ invitation, from, onNumber }: Beginning) {
  const words = useWords().signUp
  const [sentTo, setSentTo] = useState<string>()
  const mail = useAct(async (email: string) => {
    await call('/api/auth/sign-up', { method: 'POST', body: { email, invitation, from } })
    setSentTo(email)
  })
  const byNumber = useAct(async (_: undefined, once) => {
    const { account_number: number } = await call<SignedIn>('/api/auth/sign-up/number', { method: 'POST', body: {} })
    await sayBroughtBy(from, once)
    if (number !== undefined) onNumber(number)
  })
  if (sentTo !== undefined)
    return (
      <Notice kind="todo">
        <span>{words.sent(sentTo)}</span>
      </Notice>
    )
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void mail.run(textIn(event.currentTarget, 'email'))
  }
  return (
    <>
      <form onSubmit={submit}>
        <Field label={words.email} hint={words.emailHint} name="email" type="email" autoComplete="email" required autoFocus />
        {mail.error !== undefined && <Failed error={mail.error} />}
        <button type="submit" className="main" disabled={mail.isRunning}>
          {words.act}
        </button>
      </form>
      <span className="or">{words.or}</span>
      <IssuerButtons aim="sign-up" next="/dashboard" />
      <button type="button" disabled={byNumber.isRunning} onClick={() => void byNumber.run(undefined)}>
        {words.byNumber}
      </button>
      <p className="faint">{words.numberHint}</p>
      {byNumber.error !== undefined && <Failed error={byNumber.error} />}
    </>
  )
}

function Confirm({ token, email, invitation, from }: MailedLink) {
  const words = useWords().signUp
  const navigate = useNavigate()
  const forget = useForget()
  const confirm = useAct(async (password: string, once) => {
    await call('/api/auth/sign-up/confirm', { method: 'POST', body: { token, email, password } })
    await sayBroughtBy(from, once)
    forget()
    if (invitation === undefined) void navigate({ to: '/dashboard' })
    else void navigate({ to: JOIN_PATH, hash: `invitation=${invitation}` })
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void confirm.run(secretIn(event.currentTarget, 'password'))
  }
  return (
    <form onSubmit={submit}>
      <Field label={words.email} value={email ?? ''} autoComplete="username" readOnly />
      <Field
        label={words.password}
        hint={words.passwordHint}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        autoFocus
      />
      {confirm.error !== undefined && <Failed error={confirm.error} />}
      <button type="submit" className="main" disabled={confirm.isRunning}>
        {words.open}
      </button>
    </form>
  )
}

function KeepNumber({ number, invitation }: { readonly number: string; readonly invitation: string | undefined }) {
  const words = useWords().signUp
  return (
    <>
      <p>{words.keepNumber}</p>
      <Secret text={number} />
      <a className="button main" href={invitation === undefined ? '/dashboard' : withInvitation(JOIN_PATH, invitation)}>
        {words.kept}
      </a>
    </>
  )
}
