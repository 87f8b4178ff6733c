import { call } from '../../lib/call.ts'
import { Choice } from '../../parts/index.ts'
import { ActDialog } from '../parts/index.ts'
import { useWords } from '../words/index.ts'
import type { AboutAccount } from './about-account.ts'

/** Takes away what a customer's second step is taken with, where it keeps its owner out, and tells them by a letter. */
export function RevokeSecondFactors({ account, onClose }: AboutAccount) {
  const words = useWords().account
  return (
    <ActDialog
      title={words.factorsTitle(account.email ?? account.id.slice(0, 8))}
      act={words.factorsAct}
      isGrave
      fields={['reason']}
      onClose={onClose}
      run={({ reason }, once) =>
        call(`/operator/v1/accounts/${account.id}/second-factors/revocation`, { method: 'POST', body: { reason }, once })
      }
    >
      {(wrong) => (
        <>
          <p>{words.factorsMeans}</p>
          <p>{words.factorsFirst}</p>
          <Choice label={words.suspendWhy} name="reason" wrong={wrong('reason')}>
            {Object.entries(words.factorsWhys).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </Choice>
        </>
      )}
    </ActDialog>
  )
}
