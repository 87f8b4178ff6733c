import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { showUsd } from '../../lib/money.ts'
import { Choice, Dialog, Field, usePartWords } from '../../parts/index.ts'
import type { PendingCredit } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useWords } from '../words/index.ts'
import type { AboutAccount } from './about-account.ts'

/** Money given to an account by hand; above the limit of the house it waits for a second person, and says so. */
export function GiveCredit({ account, onClose }: AboutAccount) {
  const words = useWords().account
  const [amount, setAmount] = useState('')
  const [waiting, setWaiting] = useState<PendingCredit>()
  if (waiting !== undefined) return <Waits credit={waiting} onClose={onClose} />
  return (
    <ActDialog
      title={words.creditTitle(account.email ?? account.id.slice(0, 8))}
      act={amount === '' ? words.acts.credit : words.creditAct(showUsd(amount))}
      fields={['amount', 'reason', 'kind']}
      onClose={onClose}
      onDone={() => undefined}
      run={async ({ amount: asked, reason, kind }, once) => {
        const path = `/operator/v1/accounts/${account.id}/credits`
        const made = await call<PendingCredit | object>(path, { method: 'POST', body: { amount: asked, reason, kind }, once })
        if ('state' in made) setWaiting(made)
        else onClose()
      }}
    >
      {(wrong) => (
        <>
          <Field
            label={words.amount}
            hint={words.amountHint}
            name="amount"
            inputMode="decimal"
            className="short"
            required
            autoFocus
            pattern="\d{1,7}(\.\d{1,9})?"
            wrong={wrong('amount')}
            onChange={(event) => setAmount(event.target.value.trim())}
          />
          <Choice label={words.kind} hint={words.kindHint} name="kind" wrong={wrong('kind')}>
            <option value="manual">{words.kinds.manual}</option>
            <option value="promotion">{words.kinds.promotion}</option>
          </Choice>
          <Field label={words.reason} hint={words.reasonHint} name="reason" maxLength={200} required wrong={wrong('reason')} />
        </>
      )}
    </ActDialog>
  )
}

function Waits({ credit, onClose }: { readonly credit: PendingCredit; readonly onClose: () => void }) {
  const words = useWords().account
  const { close } = usePartWords()
  return (
    <Dialog title={words.waitsTitle(showUsd(credit.amount))} onClose={onClose}>
      <p>{words.waitsMeans}</p>
      <div className="answers">
        <button type="button" className="main" onClick={onClose}>
          {close}
        </button>
      </div>
    </Dialog>
  )
}
