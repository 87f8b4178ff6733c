import { useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Frame, type PlaceGroup } from '../parts/index.ts'
import { signOut, useSession } from './session.tsx'
import { useWords } from './words/index.ts'

/** The frame of the console. A new page gets its line here and in router.tsx. */
export function ConsoleFrame({ children }: { readonly children: ReactNode }) {
  const words = useWords().frame
  const { name, role } = useSession()
  const router = useRouter()
  const groups: readonly PlaceGroup[] = [{ places: [{ to: '/', name: words.places.accounts, key: 'a' }] }]
  return (
    <Frame
      brand="Farebox"
      part={words.part}
      home="/"
      groups={groups}
      go={(to) => void router.navigate({ to })}
      foot={
        <div>
          <p className="faint">
            {name} · {words.roles[role]}
          </p>
          <button type="button" className="plain" onClick={() => void signOut()}>
            {words.signOut}
          </button>
        </div>
      }
    >
      {children}
    </Frame>
  )
}
