import { call } from '../../lib/call.ts'
import { Choice, Field } from '../../parts/index.ts'
import { ActDialog } from '../parts/index.ts'
import { useWords } from '../words/index.ts'
import type { AboutAccount } from './about-account.ts'

/** Ends the service of an account until it is resumed, and tells its owner why. */
export function SuspendAccount({ account, onClose }: AboutAccount) {
  const words = useWords().account
  return (
    <ActDialog
      title={words.suspendTitle(account.email ?? account.id.slice(0, 8))}
      act={words.suspendAct}
      isGrave
      fields={['reason', 'note']}
      onClose={onClose}
      run={({ reason, note }, once) =>
        call(`/operator/v1/accounts/${account.id}/suspension`, {
          method: 'POST',
          body: { reason, ...(note === '' ? {} : { note }) },
          once,
        })
      }
    >
      {(wrong) => (
        <>
          <p>{words.suspendMeans}</p>
          <Choice label={words.suspendWhy} name="reason" wrong={wrong('reason')}>
            {Object.entries(words.suspendWhys).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </Choice>
          <Field label={words.note} hint={words.noteHint} name="note" maxLength={500} wrong={wrong('note')} />
        </>
      )}
    </ActDialog>
  )
}
