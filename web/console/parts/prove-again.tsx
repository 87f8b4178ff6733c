import { useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, useState } from 'react'
import { type CallError, call } from '../../lib/call.ts'
import { hasPasskeys, showPasskey } from '../../lib/passkey.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, Field, Notice } from '../../parts/index.ts'
import { useSession } from '../session.tsx'
import { useWords } from '../words/index.ts'
import { ProveByIssuer } from './prove-by-issuer.tsx'

/** Failures that whoever is there can mend by showing who they are. */
const MENDED: readonly string[] = ['not_fresh', 'signed_out', 'operator_token_invalid']

/** What went wrong with an act; where it only wants to know who asks, the way to say so and go on with what was typed. */
export function ActFailed({ error, onAgain }: { readonly error: CallError; readonly onAgain: () => void }) {
  return MENDED.includes(error.code) ? <ProveAgain isOut={error.code !== 'not_fresh'} onProven={onAgain} /> : <Failed error={error} />
}

/** Asks who it is, by the ways that whoever is there can sign in by, and goes on. It stands within forms, so it is none. */
function ProveAgain({ isOut, onProven }: { readonly isOut: boolean; readonly onProven: () => void }) {
  const words = useWords().proof
  const client = useQueryClient()
  const { name, ways } = useSession()
  const done = async () => {
    await client.invalidateQueries({ queryKey: ['/operator/auth/me'] })
    onProven()
  }
  const prove = useAct(async (proof: Readonly<Record<string, string>>) => {
    const isNamed = isOut && proof['token'] === undefined
    await call(isOut ? '/operator/auth/sign-in' : '/operator/auth/proof', { method: 'POST', body: isNamed ? { name, ...proof } : proof })
    await done()
  })
  const passkey = useAct(async () => {
    const path = isOut ? '/operator/auth/passkey-sign-in' : '/operator/auth/proof'
    const shown = await showPasskey(await call(`${path}/options`, { method: 'POST' }))
    await call(path, { method: 'POST', body: { passkey: shown } })
    await done()
  })
  const act = isOut ? words.signIn : words.act
  return (
    <Notice kind="todo">
      <span>{isOut ? words.out : words.stale}</span>
      {ways.includes('passkey') && hasPasskeys() && (
        <button type="button" disabled={passkey.isRunning} onClick={() => void passkey.run()}>
          {words.passkey}
        </button>
      )}
      {passkey.error !== undefined && <Failed error={passkey.error} />}
      {ways.includes('password') && <ByPassword act={act} isRunning={prove.isRunning} onShown={(shown) => void prove.run(shown)} />}
      {ways.includes('token') && <ByToken act={act} isRunning={prove.isRunning} onShown={(shown) => void prove.run(shown)} />}
      {prove.error !== undefined && <Failed error={prove.error} />}
      {!isOut && ways.length === 1 && ways[0] === 'issuer' && <ProveByIssuer />}
    </Notice>
  )
}

type Showing = {
  readonly act: string
  readonly isRunning: boolean
  readonly onShown: (shown: Readonly<Record<string, string>>) => void
}

/** Enter in one of these fields is for them, not for the form around. */
const onEnter = (go: () => void) => (event: KeyboardEvent) => {
  if (event.key !== 'Enter') return
  event.preventDefault()
  go()
}

function ByToken({ act, isRunning, onShown }: Showing) {
  const words = useWords().proof
  const [token, setToken] = useState('')
  const go = () => onShown({ token: token.trim() })
  return (
    <>
      <Field
        label={words.token}
        type="password"
        autoComplete="current-password"
        value={token}
        onChange={(event) => setToken(event.target.value)}
        onKeyDown={onEnter(go)}
      />
      <button type="button" disabled={isRunning || token === ''} onClick={go}>
        {act}
      </button>
    </>
  )
}

function ByPassword({ act, isRunning, onShown }: Showing) {
  const words = useWords().proof
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const go = () => onShown({ password, code: code.replaceAll(' ', '') })
  return (
    <>
      <Field
        label={words.password}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        onKeyDown={onEnter(go)}
      />
      <Field
        label={words.code}
        inputMode="numeric"
        autoComplete="one-time-code"
        value={code}
        onChange={(event) => setCode(event.target.value)}
        onKeyDown={onEnter(go)}
      />
      <button type="button" disabled={isRunning || password === '' || code === ''} onClick={go}>
        {act}
      </button>
    </>
  )
}
