import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { showPasskey } from '../../lib/passkey.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, Field, usePartWords } from '../../parts/index.ts'
import type { SignInAnswer } from '../answers.ts'
import { useWords } from '../words/index.ts'

type Step = Extract<SignInAnswer, { readonly signed_in: false }>

/** The second step of a sign-in: a code of an app, a passkey, or a recovery code. */
export function SecondStep({
  step: { step, ways },
  onDone,
  onBack,
}: {
  readonly step: Step
  readonly onDone: () => void
  readonly onBack: () => void
}) {
  const words = useWords().signIn
  const { back } = usePartWords()
  const has = (way: (typeof ways)[number]) => ways.includes(way)
  const [isRecovery, setRecovery] = useState(!has('totp') && !has('passkey'))
  const prove = useAct(async (proof: Readonly<Record<string, unknown>>) => {
    await call('/api/auth/sign-in/second-step', { method: 'POST', body: { step, ...proof } })
    onDone()
  })
  const passkey = useAct(async () => {
    const options = await call('/api/auth/sign-in/second-step/passkey', { method: 'POST', body: { step } })
    await prove.run({ passkey: await showPasskey(options) })
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const text = textIn(event.currentTarget, 'code')
    void prove.run(isRecovery ? { recovery_code: text } : { code: text.replaceAll(' ', '') })
  }
  return (
    <>
      {(has('totp') || isRecovery) && (
        <form onSubmit={submit}>
          {isRecovery ? (
            <Field key="recovery" label={words.recoveryCode} hint={words.recoveryHint} name="code" required autoFocus />
          ) : (
            <Field
              key="totp"
              label={words.code}
              hint={words.codeHint}
              name="code"
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              autoFocus
            />
          )}
          <button type="submit" className="main" disabled={prove.isRunning}>
            {words.go}
          </button>
        </form>
      )}
      {has('passkey') && (
        <button type="button" className={has('totp') ? '' : 'main'} disabled={passkey.isRunning} onClick={() => void passkey.run()}>
          {words.byPasskey}
        </button>
      )}
      {(prove.error ?? passkey.error) !== undefined && <Failed error={prove.error ?? passkey.error} />}
      {!isRecovery && (
        <button type="button" className="plain" onClick={() => setRecovery(true)}>
          {words.byRecovery}
        </button>
      )}
      <button type="button" className="plain" onClick={onBack}>
        {back}
      </button>
    </>
  )
}
