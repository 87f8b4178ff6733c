import { useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { readBrand } from '../lib/brand.ts'
import { useAct } from '../lib/use-act.ts'
import { Failed, Frame, type PlaceGroup } from '../parts/index.ts'
import { AccountSwitcher } from './account-switcher.tsx'
import { Banners } from './banners.tsx'
import { useSession, useSignOut } from './session.tsx'
import { useWords } from './words/index.ts'

/** The frame of the dashboard. A new page gets its line here and in router.tsx. */
export function DashboardFrame({ children }: { readonly children: ReactNode }) {
  const { places: words, signOut } = useWords().frame
  const { person, account, accounts, confined_to: confined } = useSession()
  const router = useRouter()
  const signOutHere = useSignOut()
  const leave = useAct(async () => await signOutHere())
  const groups: readonly PlaceGroup[] = [
    {
      places: [
        { to: '/dashboard', name: words.overview, key: 'o' },
        { to: '/dashboard/usage', name: words.usage, key: 'u' },
        { to: '/dashboard/requests', name: words.requests, key: 'r' },
        { to: '/dashboard/playground', name: words.playground, key: 'y' },
        { to: '/dashboard/statements', name: words.statements, key: 's' },
        { to: '/dashboard/keys', name: words.keys, key: 'k' },
        { to: '/dashboard/setup', name: words.setup, key: 'e' },
      ],
    },
    {
      name: words.money,
      places: [
        { to: '/dashboard/top-up', name: words.topUp, key: 't' },
        { to: '/dashboard/plans', name: words.plans, key: 'p' },
      ],
    },
    {
      name: words.you,
      places: [
        { to: '/dashboard/team', name: words.team, key: 'm' },
        { to: '/dashboard/notifications', name: words.notifications, key: 'n' },
        { to: '/dashboard/announcements', name: words.announcements },
        { to: '/dashboard/webhooks', name: words.webhooks },
        // What is held and erased there is the account that a person opened themselves.
        ...(confined === null && account.id === accounts[0]?.id ? [{ to: '/dashboard/privacy', name: words.privacy }] : []),
        { to: '/dashboard/security', name: words.security },
        { to: '/dashboard/support', name: words.support },
      ],
    },
  ]
  return (
    <Frame
      brand={readBrand().name}
      part={words.part}
      home="/dashboard"
      groups={groups}
      above={<AccountSwitcher />}
      banner={<Banners />}
      go={(to) => void router.navigate({ to })}
      foot={
        <div>
          <p className="faint">{person.email ?? words.numbered}</p>
          <button type="button" className="plain" disabled={leave.isRunning} onClick={() => void leave.run()}>
            {signOut}
          </button>
          {leave.error !== undefined && <Failed error={leave.error} />}
        </div>
      }
    >
      {children}
    </Frame>
  )
}
