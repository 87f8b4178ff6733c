import { useNavigate } from '@tanstack/react-router'
import { Choice } from '../parts/index.ts'
import { useActing } from './acting.tsx'
import type { Profile } from './answers.ts'
import { useErrand } from './issuers/issuer-buttons.tsx'
import { useSession } from './session.tsx'
import { useWords } from './words/index.ts'

/** Chooses for which account one acts, for people who are in several; says which team it is to who came by its company's sign-in and sees no other. */
export function AccountSwitcher() {
  const words = useWords().team
  const { account, accounts, confined_to: confined } = useSession()
  const { choose } = useActing()
  const navigate = useNavigate()
  const errand = useErrand()
  if (accounts.length < 2 && confined === null) return null
  const isOwn = (index: number) => index === 0 && confined === null
  const switchTo = (id: string) => {
    const signOn = accounts.find((one) => one.id === id)?.sign_on ?? null
    if (signOn !== null) return void errand.run({ issuer: signOn, aim: 'sign-in', next: '/dashboard', acting: id })
    choose(id === accounts[0]?.id ? undefined : id)
    void navigate({ to: '/dashboard' })
  }
  const roleOf = ({ role }: Profile['accounts'][number], index: number) => (isOwn(index) ? words.yours : words.roles[role])
  return (
    <Choice label={words.actingFor} value={account.id} onChange={(event) => switchTo(event.currentTarget.value)}>
      {accounts.map((one, index) => (
        <option key={one.id} value={one.id}>
          {isOwn(index) && one.team === null ? words.ownAccount : words.accountOf(nameOfAccount(one, words.unnamed), roleOf(one, index))}
        </option>
      ))}
    </Choice>
  )
}

type Named = Pick<Profile['accounts'][number], 'team' | 'name' | 'id'>

/** What an account is called: by the name of its team, by who opened it, or where that is a number by the beginning of its id. */
export const nameOfAccount = ({ team, name, id }: Named, unnamed: (id: string) => string): string => team ?? name ?? unnamed(id.slice(0, 8))
