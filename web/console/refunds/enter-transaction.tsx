import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Field, Section } from '../../parts/index.ts'
import type { Refund } from '../answers.ts'
import { ActFailed } from '../parts/index.ts'
import { useWords } from '../words/index.ts'

/** Says with which transaction a refund was sent; the chain says whether it was. */
export function EnterTransaction({ refund: { id, state, tx_hash: known } }: { readonly refund: Refund }) {
  const words = useWords().refunds
  const client = useQueryClient()
  const [last, setLast] = useState('')
  const enter = useAct(async (txHash: string, once) => {
    await call(`/operator/v1/refunds/${id}/transaction`, { method: 'POST', body: { tx_hash: txHash }, once })
    await client.invalidateQueries()
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const written = textIn(event.currentTarget, 'tx_hash')
    setLast(written)
    void enter.run(written)
  }
  const wrong = enter.error?.field === 'tx_hash' ? enter.error.message : undefined
  return (
    <Section title={state === 'sent' ? words.otherTitle : words.enterTitle}>
      <form onSubmit={submit}>
        <Field
          label={words.hash}
          hint={words.hashHint}
          name="tx_hash"
          required
          spellCheck={false}
          maxLength={600}
          defaultValue={known ?? ''}
          wrong={wrong}
        />
        {enter.error !== undefined && wrong === undefined && <ActFailed error={enter.error} onAgain={() => void enter.run(last)} />}
        <div className="row">
          <button type="submit" className="main" disabled={enter.isRunning}>
            {words.enter}
          </button>
        </div>
      </form>
    </Section>
  )
}
