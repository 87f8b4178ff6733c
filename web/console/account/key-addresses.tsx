import { call } from '../../lib/call.ts'
import { TextField } from '../../parts/index.ts'
import type { Key } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useWords } from '../words/index.ts'

/** From where a key may be used: every address, or those of a list. */
export function KeyAddresses({ of: key, onClose }: { readonly of: Key; readonly onClose: () => void }) {
  const words = useWords().account
  return (
    <ActDialog
      title={words.addressesTitle(key.name ?? key.hint)}
      act={words.addressesAct}
      onClose={onClose}
      run={({ ranges = '' }) => call(`/operator/v1/keys/${key.id}`, { method: 'PATCH', body: { ip_ranges: rangesOf(ranges) } })}
    >
      {() => (
        <TextField
          label={words.addresses}
          hint={words.addressesHint}
          name="ranges"
          rows={4}
          defaultValue={key.ip_ranges?.join('\n') ?? ''}
          spellCheck={false}
          autoFocus
        />
      )}
    </ActDialog>
  )
}

/** The entries of a text, one for each line or word; null, for everywhere, where there is none. */
function rangesOf(text: string): readonly string[] | null {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '')
  return entries.length === 0 ? null : entries
}
