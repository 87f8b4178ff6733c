import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { showUsd } from '../../lib/money.ts'
import { Choice, Field } from '../../parts/index.ts'
import { ActDialog } from '../parts/index.ts'
import { useWords } from '../words/index.ts'
import type { AboutAccount } from './about-account.ts'

/** Money that left the account by hand: given back to its payer, or taken back by a bank. */
export function GiveRefund({ account, onClose }: AboutAccount) {
  const words = useWords().account
  const [amount, setAmount] = useState('')
  return (
    <ActDialog
      title={words.refundTitle(account.email ?? account.id.slice(0, 8))}
      act={amount === '' ? words.acts.refund : words.refundAct(showUsd(amount))}
      isGrave
      fields={['amount', 'reason']}
      onClose={onClose}
      run={({ amount: asked, reason, what }, once) =>
        call(`/operator/v1/accounts/${account.id}/${what}`, { method: 'POST', body: { amount: asked, reason }, once })
      }
    >
      {(wrong) => (
        <>
          <p>{words.refundMeans(showUsd(account.balance.available))}</p>
          <Choice label={words.refundWhat} name="what">
            <option value="refunds">{words.refundWhats.refunds}</option>
            <option value="chargebacks">{words.refundWhats.chargebacks}</option>
          </Choice>
          <Field
            label={words.amount}
            name="amount"
            inputMode="decimal"
            className="short"
            required
            autoFocus
            pattern="\d{1,7}(\.\d{1,9})?"
            wrong={wrong('amount')}
            onChange={(event) => setAmount(event.target.value.trim())}
          />
          <Field label={words.reason} hint={words.reasonHint} name="reason" maxLength={200} required wrong={wrong('reason')} />
        </>
      )}
    </ActDialog>
  )
}
