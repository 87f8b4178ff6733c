import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { hasPasskeys, makePasskey } from '../../lib/passkey.ts'
import { secretIn, textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, Field, usePartWords, When } from '../../parts/index.ts'
import type { OperatorApp, OperatorInvitation, OperatorJoined } from '../answers.ts'
import { IssuerButtons } from '../issuers/issuer-buttons.tsx'
import { useWords } from '../words/index.ts'
import { AppFields } from './app-fields.tsx'

type About = {
  readonly token: string
  readonly invitation: OperatorInvitation
  readonly onJoined: (codes: readonly string[]) => void
}

/** How somebody who was invited wants to sign in: by a passkey, or a password and an authenticator app. */
export function ChooseWay({ token, invitation, onJoined }: About) {
  const words = useWords().join
  const { roles } = useWords().operators
  const [app, setApp] = useState<OperatorApp>()
  const passkey = useAct(async () => {
    const made = await makePasskey(await call('/operator/auth/invitation/passkey/options', { method: 'POST', body: { token } }))
    const joined = await call<OperatorJoined>('/operator/auth/invitation/passkey', { method: 'POST', body: { token, passkey: made } })
    onJoined(joined.recovery_codes)
  })
  const begin = useAct(async () => setApp(await call<OperatorApp>('/operator/auth/invitation/totp', { method: 'POST', body: { token } })))
  if (app !== undefined)
    return <ByPassword token={token} app={app} onBack={() => setApp(undefined)} onJoined={onJoined} name={invitation.name} />
  return (
    <>
      <p>
        {words.roleIs} <strong>{roles[invitation.role]}</strong>. {words.noted}
      </p>
      {hasPasskeys() && (
        <button type="button" className="main" disabled={passkey.isRunning} onClick={() => void passkey.run()}>
          {words.byPasskey}
        </button>
      )}
      <p className="faint">{words.passkeyIs}</p>
      {passkey.error !== undefined && <Failed error={passkey.error} />}
      <span className="or">{words.or}</span>
      <button type="button" disabled={begin.isRunning} onClick={() => void begin.run()}>
        {words.byPassword}
      </button>
      {begin.error !== undefined && <Failed error={begin.error} />}
      <IssuerButtons next="/" invitation={token} />
      <p className="faint">
        {words.until} <When at={invitation.expires_at} />
      </p>
    </>
  )
}

function ByPassword(about: {
  readonly token: string
  readonly name: string
  readonly app: OperatorApp
  readonly onBack: () => void
  readonly onJoined: (codes: readonly string[]) => void
}) {
  const { token, name, app, onBack, onJoined } = about
  const words = useWords().join
  const { back } = usePartWords()
  const join = useAct(async (typed: { readonly password: string; readonly code: string }) => {
    const joined = await call<OperatorJoined>('/operator/auth/invitation/password', { method: 'POST', body: { token, ...typed } })
    onJoined(joined.recovery_codes)
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    void join.run({ password: secretIn(form, 'password'), code: textIn(form, 'code').replaceAll(' ', '') })
  }
  const wrong = join.error?.field === 'password' ? join.error.message : undefined
  return (
    <form onSubmit={submit}>
      <Field label={words.name} value={name} autoComplete="username" readOnly />
      <AppFields app={app} wrong={wrong} hasPassword />
      {join.error !== undefined && wrong === undefined && <Failed error={join.error} />}
      <button type="submit" className="main" disabled={join.isRunning}>
        {words.go}
      </button>
      <button type="button" className="plain" onClick={onBack}>
        {back}
      </button>
    </form>
  )
}
