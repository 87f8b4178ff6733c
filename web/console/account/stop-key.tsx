import { call } from '../../lib/call.ts'
import { Choice, Field } from '../../parts/index.ts'
import type { Key } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useWords } from '../words/index.ts'

/** What can be done to a key against the will of its account. */
export type Stopping = { readonly key: Key; readonly act: 'pause' | 'revoke' }

/** Pauses a key until an operator resumes it, or ends it for good, and tells its owner why. */
export function StopKey({ of: { key, act }, onClose }: { readonly of: Stopping; readonly onClose: () => void }) {
  const { account: words } = useWords()
  const name = key.name ?? key.hint
  return (
    <ActDialog
      title={words.stopKey[act].title(name)}
      act={words.stopKey[act].act(name)}
      isGrave
      fields={['reason', 'note']}
      onClose={onClose}
      run={({ reason, note }, once) =>
        call(`/operator/v1/keys/${key.id}/${act}`, {
          method: 'POST',
          body: { reason, ...(note === '' ? {} : { note }) },
          once,
        })
      }
    >
      {(wrong) => (
        <>
          <p>{words.stopKey[act].means}</p>
          <Choice label={words.suspendWhy} name="reason" wrong={wrong('reason')}>
            {Object.entries(words.stopKey.whys).map(([value, why]) => (
              <option key={value} value={value}>
                {why}
              </option>
            ))}
          </Choice>
          <Field label={words.note} hint={words.stopKey.noteHint} name="note" maxLength={500} wrong={wrong('note')} />
        </>
      )}
    </ActDialog>
  )
}
