import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type CallError, call } from '../lib/call.ts'
import { hasPasskeys, showPasskey } from '../lib/passkey.ts'
import { useAct } from '../lib/use-act.ts'
import { Dialog, Failed, Field, usePartWords } from '../parts/index.ts'
import { ProveByIssuer } from './issuers/prove-by-issuer.tsx'
import { ProveByMail } from './prove-by-mail.tsx'
import { useSession } from './session.tsx'
import { useWords } from './words/index.ts'

/** Whether an act failed since nobody has shown lately who they are, or by no way of their own. */
export const asksForProof = (error: CallError | undefined): boolean => error?.code === 'not_fresh' || asksForOwn(error)
const asksForOwn = (error: CallError | undefined): boolean => error?.code === 'session_confined'

/** What a proof is asked for with: what follows it, and whether it has to be by a way of the person's own, so that the issuer of a team is none. */
type Asking = { readonly onProven: () => void; readonly onClose: () => void; readonly isOwn?: boolean }

/** Asks who it is, and goes on with what that was asked for. */
export function Prove({ onProven, onClose, isOwn = false }: Asking) {
  const words = useWords().prove
  const { cancel } = usePartWords()
  const profile = useSession()
  const client = useQueryClient()
  const prove = useAct(async (proof: Readonly<Record<string, unknown>>) => {
    await call('/api/auth/proof', { method: 'POST', body: proof })
    // What was refused to who had shown nothing of their own is asked for anew.
    await client.invalidateQueries(profile.confined_to === null ? { queryKey: ['/api/auth/me'] } : {})
    onProven()
  })
  const passkey = useAct(async () => {
    await prove.run({ passkey: await showPasskey(await call('/api/auth/proof/options', { method: 'POST' })) })
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = [...new FormData(event.currentTarget)].filter(([, value]) => value !== '')
    void prove.run(Object.fromEntries(fields))
  }
  const hasForm = profile.has_password || profile.has_account_number
  return (
    <Dialog title={words.title} onClose={onClose}>
      <p>{isOwn ? words.whyOwn : words.why}</p>
      {hasForm && (
        <form onSubmit={submit}>
          {profile.has_password ? (
            <Field label={words.password} name="password" type="password" autoComplete="current-password" required autoFocus />
          ) : (
            <Field label={words.number} name="account_number" inputMode="numeric" required autoFocus />
          )}
          {profile.has_totp && <Field label={words.code} name="code" inputMode="numeric" autoComplete="one-time-code" required />}
          {prove.error !== undefined && <Failed error={prove.error} />}
          <div className="answers">
            <button type="button" onClick={onClose}>
              {cancel}
            </button>
            <button type="submit" className="main" disabled={prove.isRunning}>
              {words.go}
            </button>
          </div>
        </form>
      )}
      {profile.passkeys > 0 && hasPasskeys() && (
        <button type="button" disabled={passkey.isRunning} onClick={() => void passkey.run()}>
          {words.passkey}
        </button>
      )}
      {passkey.error !== undefined && <Failed error={passkey.error} />}
      {!hasForm && profile.passkeys === 0 && (
        <>
          {isOwn ? <ProveByMail /> : <ProveByIssuer />}
          <button type="button" className="plain" onClick={onClose}>
            {cancel}
          </button>
        </>
      )}
    </Dialog>
  )
}

/** Something that needs a proof: `run` does it, and asks for one first where it is lacking. */
export function useProven<Input>(act: {
  readonly run: (input: Input) => Promise<void>
  readonly error: CallError | undefined
  readonly clear: () => void
}) {
  const [last, setLast] = useState<{ readonly input: Input }>()
  const isAsking = asksForProof(act.error) && last !== undefined
  return {
    run: (input: Input) => {
      setLast({ input })
      void act.run(input)
    },
    error: isAsking ? undefined : act.error,
    dialog: isAsking ? <Prove isOwn={asksForOwn(act.error)} onClose={act.clear} onProven={() => void act.run(last.input)} /> : null,
  }
}
