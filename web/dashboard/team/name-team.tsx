import { useQueryClient } from '@tanstack/react-query'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { OneFieldDialog } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'

const NAME_MAX = 40

/** Names the team, or takes its name away. */
export function NameTeam({ team, onClose }: { readonly team: string | null; readonly onClose: () => void }) {
  const words = useWords().team
  const client = useQueryClient()
  const rename = useAct(async (name: string) => {
    await call('/api/team', { method: 'PUT', body: { name: name === '' ? null : name } })
    onClose()
    await client.invalidateQueries({ queryKey: ['/api/auth/me'] })
  })
  return (
    <OneFieldDialog
      {...{ title: words.nameTitle, act: rename, actWord: words.nameAct, member: 'name', onClose }}
      label={words.nameLabel}
      hint={words.nameHint}
      name="team_name"
      defaultValue={team ?? ''}
      maxLength={NAME_MAX}
    />
  )
}
