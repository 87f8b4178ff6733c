import { useNavigate } from '@tanstack/react-router'
import { Choice } from '../parts/index.ts'
import { useActing } from './acting.tsx'
import type { Profile } from './answers.ts'
import { useErrand } from './issuers/issuer-buttons.tsx'
import { useSession } from './session.tsx'
import { useWords } from './words/index.ts'

/** Chooses for which account one acts, for people who are in several. */
export function AccountSwitcher() {
  const words = useWords().team
  const { account, accounts } = useSession()
  const { choose } = useActing()
  const navigate = useNavigate()
  const errand = useErrand()
  if (accounts.length < 2) return null
  const switchTo = (id: string) => {
    const signOn = accounts.find((one) => one.id === id)?.sign_on ?? null
    if (signOn !== null) return void errand.run({ issuer: signOn, aim: 'sign-in', next: '/dashboard', acting: id })
    choose(id === accounts[0]?.id ? undefined : id)
    void navigate({ to: '/dashboard' })
  }
  return (
    <Choice label={words.actingFor} value={account.id} onChange={(event) => switchTo(event.currentTarget.value)}>
      {accounts.map((one, index) => (
        <option key={one.id} value={one.id}>
          {index === 0 ? words.ownAccount : words.accountOf(nameOfAccount(one, words.unnamed), words.roles[one.role])}
        </option>
      ))}
    </Choice>
  )
}

/** What an account is called: by who opened it, or where that is a number by the beginning of its id. */
export const nameOfAccount = ({ name, id }: Pick<Profile['accounts'][number], 'name' | 'id'>, unnamed: (id: string) => string): string =>
  name ?? unnamed(id.slice(0, 8))
