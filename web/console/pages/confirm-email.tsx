import { useEffect, useState } from 'react'
import { CallError, call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, Notice } from '../../parts/index.ts'
import { Door } from '../door.tsx'
import { EMAIL } from '../own/own-email.tsx'
import { useWords } from '../words/index.ts'

/** Where the link to an operator's new e-mail leads: who is signed in as them makes it theirs. */
export function ConfirmEmailPage() {
  const words = useWords().own
  const [link] = useState(() => new URLSearchParams(window.location.hash.slice(1)))
  // Neither stays in the address, which browsers remember.
  useEffect(() => window.history.replaceState(null, '', window.location.pathname), [])
  const [token, email] = [link.get('token') ?? '', link.get('email') ?? '']
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
