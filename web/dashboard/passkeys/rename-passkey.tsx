import { useQueryClient } from '@tanstack/react-query'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { OneFieldDialog } from '../../parts/index.ts'
import type { Passkeys } from '../answers.ts'
import { useWords } from '../words/index.ts'

const NAME_MAX = 64

/** Gives a passkey another name. */
export function RenamePasskey({ passkey, onClose }: { readonly passkey: Passkeys['data'][number]; readonly onClose: () => void }) {
  const words = useWords().security
  const client = useQueryClient()
  const rename = useAct(async (name: string) => {
    await call(`/api/auth/passkeys/${passkey.id}`, { method: 'PATCH', body: { name } })
    onClose()
    await client.invalidateQueries({ queryKey: ['/api/auth/passkeys'] })
  })
  return (
    <OneFieldDialog
      {...{ title: words.renameTitle, act: rename, actWord: words.renameAct, member: 'name', onClose }}
      label={words.name}
      hint={words.renameHint}
      name="passkey_name"
      defaultValue={passkey.name ?? ''}
      maxLength={NAME_MAX}
      required
    />
  )
}
