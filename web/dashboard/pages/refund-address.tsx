import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { showUsd } from '../../lib/money.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, Field, Notice, Snippet } from '../../parts/index.ts'
import type { OwnRefund } from '../answers.ts'
import { useProven } from '../prove.tsx'
import { useWords } from '../words/index.ts'

type Said = { readonly address: string; readonly signature?: string }

/** Says once where a refund goes: signed in, with a proof that it is its owner, or with a signature of the wallet that paid. */
export function RefundAddress({ refund }: { readonly refund: OwnRefund }) {
  const words = useWords().refunds
  const { id, amount, chain, paidFrom, message } = refund
  const client = useQueryClient()
  const [address, setAddress] = useState('')
  const say = useAct(async (said: Said) => {
    try {
      await call(`/api/account/refunds/${id}/address`, { method: 'POST', body: said })
    } finally {
      // Also where the answer was lost: what was said may be known.
      await client.invalidateQueries({ queryKey: ['/api/account/refunds'] })
    }
  })
  const proven = useProven(say)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const signature = textIn(event.currentTarget, 'signature')
    proven.run({ address: address.trim(), ...(signature === '' ? {} : { signature }) })
  }
  const wrong = say.error?.field === 'address' ? say.error.message : undefined
  return (
    <>
      <Notice kind="todo">{words.means(chain ?? '')}</Notice>
      <form onSubmit={submit}>
        <Field
          label={words.goesTo}
          hint={paidFrom === null ? words.goesToHint : words.goesToOwn}
          name="address"
          required
          spellCheck={false}
          pattern="\s*0[xX][0-9a-fA-F]{40}\s*"
          title={words.goesToHint}
          value={address}
          onChange={(event) => setAddress(event.target.value)}
          wrong={wrong}
        />
        {message !== null && paidFrom !== null && (
          <details>
            <summary>{words.bySignature}</summary>
            <p>{words.signatureMeans}</p>
            <Snippet code={message.replace('<address>', address.trim() === '' ? '<address>' : address.trim().toLowerCase())} />
            <Field label={words.signature} hint={words.signatureHint} name="signature" spellCheck={false} />
          </details>
        )}
        {proven.error !== undefined && wrong === undefined && <Failed error={proven.error} />}
        <div className="row">
          <button type="submit" className="main" disabled={say.isRunning}>
            {words.send(showUsd(amount))}
          </button>
        </div>
      </form>
      {proven.dialog}
    </>
  )
}
