import { useState } from 'react'
import { CallError, call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { useBrought } from '../../lib/use-brought.ts'
import { Failed, Notice } from '../../parts/index.ts'
import { Door } from '../door.tsx'
import { EMAIL } from '../own/own-email.tsx'
import { useWords } from '../words/index.ts'

type EmailLink = { readonly token: string; readonly email: string }

/** Takes the token and the e-mail out of the address, which browsers remember. */
function readLink(): EmailLink | undefined {
  const fields = new URLSearchParams(window.location.hash.slice(1))
  const [token, email] = [fields.get('token'), fields.get('email')]
  if (token === null && email === null) return undefined
  window.history.replaceState(window.history.state, '', window.location.pathname)
  return { token: token ?? '', email: email ?? '' }
}

/** Where the link to an operator's new e-mail leads: who is signed in as them makes it theirs. */
export function ConfirmEmailPage() {
  const link = useBrought(readLink) ?? { token: '', email: '' }
  return <ConfirmEmail key={link.token} {...link} />
}

function ConfirmEmail({ token, email }: EmailLink) {
  const words = useWords().own
  const [isDone, setDone] = useState(false)
  const confirm = useAct(async () => {
    await call(EMAIL, { method: 'PUT', body: { token, email } })
    setDone(true)
  })
  const isOut = confirm.error instanceof CallError && confirm.error.status === 401 && confirm.error.code !== 'sign_in_link_invalid'
  const isGone = token === '' || email === '' || confirm.error?.code === 'sign_in_link_invalid'
  if (isDone)
    return (
      <Door title={words.emailDone}>
        <p>{words.emailIs(email)}</p>
        <a className="button" href="/console/you">
          {words.toYou}
        </a>
      </Door>
    )
  if (isGone)
    return (
      <Door title={words.emailGone}>
        <p>{words.emailGoneMeans}</p>
        <a className="button" href="/console/you">
          {words.toYou}
        </a>
      </Door>
    )
  return (
    <Door title={words.confirmEmail}>
      <p>{words.confirmMeans(email)}</p>
      {isOut && (
        <Notice kind="todo">
          <span>{words.signInFirst}</span>
          <a href="/console/sign-in" target="_blank" rel="noopener">
            {words.signInThere}
          </a>
        </Notice>
      )}
      {confirm.error !== undefined && !isOut && <Failed error={confirm.error} />}
      <button type="button" className="main" disabled={confirm.isRunning} onClick={() => void confirm.run()}>
        {words.confirmAct}
      </button>
    </Door>
  )
}
