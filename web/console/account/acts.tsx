import { useState } from 'react'
import { call } from '../../lib/call.ts'
import type { Account } from '../answers.ts'
import { ActButton } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { EraseAccount } from './erase.tsx'
import { GiveCredit } from './give-credit.tsx'
import { GiveRefund } from './give-refund.tsx'
import { RevokeSecondFactors } from './revoke-second-factors.tsx'
import { SuspendAccount } from './suspend.tsx'

type Asked = 'credit' | 'refund' | 'suspend' | 'factors' | 'erase'

/** What can be done about an account, by those who may. */
export function AccountActs({ account }: { readonly account: Account }) {
  const words = useWords().account
  const may = useMay()
  const [asked, setAsked] = useState<Asked>()
  const onClose = () => setAsked(undefined)
  if (account.status === 'erased') return null
  const button = (what: Asked, kind: '' | 'main' | 'plain grave' = '') => (
    <button type="button" className={kind} onClick={() => setAsked(what)}>
      {words.acts[what]}
    </button>
  )
  return (
    <div className="row">
      {may('money') && button('credit', 'main')}
      {may('money') && button('refund')}
      {may('care') && account.status === 'active' && button('suspend')}
      {may('care') && account.status === 'suspended' && (
        <ActButton name={words.resume} run={() => call(`/operator/v1/accounts/${account.id}/suspension`, { method: 'DELETE' })} />
      )}
      {may('care') && (
        <a className="button" href={`/operator/v1/accounts/${account.id}/export`} download>
          {words.export}
        </a>
      )}
      {may('house') && button('factors', 'plain grave')}
      {may('house') && button('erase', 'plain grave')}
      {asked === 'credit' && <GiveCredit account={account} onClose={onClose} />}
      {asked === 'refund' && <GiveRefund account={account} onClose={onClose} />}
      {asked === 'suspend' && <SuspendAccount account={account} onClose={onClose} />}
      {asked === 'factors' && <RevokeSecondFactors account={account} onClose={onClose} />}
      {asked === 'erase' && <EraseAccount account={account} onClose={onClose} />}
    </div>
  )
}
