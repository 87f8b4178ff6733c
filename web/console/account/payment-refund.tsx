import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { showUsd } from '../../lib/money.ts'
import { Field } from '../../parts/index.ts'
import type { Payment } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useWords } from '../words/index.ts'

/** Money of a payment that goes back to the card or wallet that paid. */
export function PaymentRefund({ payment, onClose }: { readonly payment: Payment; readonly onClose: () => void }) {
  const words = useWords().account
  const isCard = payment.rail === 'stripe'
  const [amount, setAmount] = useState(payment.amount)
  return (
    <ActDialog
      title={words.toCardTitle(showUsd(payment.amount))}
      act={isCard ? words.toCardAct(showUsd(amount)) : words.toPayerAct(showUsd(amount))}
      isGrave
      fields={['amount']}
      onClose={onClose}
      run={({ amount: asked, exception }, once) =>
        call(`/operator/v1/payments/${payment.id}/refunds`, {
          method: 'POST',
          body: { amount: asked, exception: exception === 'on' },
          once,
        })
      }
    >
      {(wrong) => (
        <>
          <p>{isCard ? words.toCardMeans : words.toPayerMeans}</p>
          <Field
            label={words.amount}
            name="amount"
            inputMode="decimal"
            className="short"
            required
            autoFocus
            pattern="\d{1,7}(\.\d{1,9})?"
            value={amount}
            onChange={(event) => setAmount(event.target.value.trim())}
            wrong={wrong('amount')}
          />
          <label className="choice">
            <input type="checkbox" name="exception" /> {words.toCardException}
          </label>
        </>
      )}
    </ActDialog>
  )
}
