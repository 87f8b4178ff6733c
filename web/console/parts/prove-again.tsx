import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type CallError, call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, Field, Notice } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'

/** Failures that whoever is there can mend by showing who they are. */
const MENDED: readonly string[] = ['not_fresh', 'signed_out', 'operator_token_invalid']

/** What went wrong with an act; where it only wants to know who asks, the way to say so and go on with what was typed. */
export function ActFailed({ error, onAgain }: { readonly error: CallError; readonly onAgain: () => void }) {
  return MENDED.includes(error.code) ? <ProveAgain isOut={error.code !== 'not_fresh'} onProven={onAgain} /> : <Failed error={error} />
}

function ProveAgain({ isOut, onProven }: { readonly isOut: boolean; readonly onProven: () => void }) {
  const words = useWords().proof
  const client = useQueryClient()
  const [token, setToken] = useState('')
  const prove = useAct(async () => {
    await call(isOut ? '/operator/auth/sign-in' : '/operator/auth/proof', { method: 'POST', body: { token: token.trim() } })
    await client.invalidateQueries({ queryKey: ['/operator/auth/me'] })
    onProven()
  })
  return (
    <Notice kind="todo">
      <span>{isOut ? words.out : words.stale}</span>
      <Field
        label={words.token}
        type="password"
        autoComplete="current-password"
        value={token}
        onChange={(event) => setToken(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          void prove.run()
        }}
      />
      {prove.error !== undefined && <Failed error={prove.error} />}
      <button type="button" disabled={prove.isRunning || token === ''} onClick={() => void prove.run()}>
        {isOut ? words.signIn : words.act}
      </button>
    </Notice>
  )
}
