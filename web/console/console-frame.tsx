import { useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useAct } from '../lib/use-act.ts'
import { Failed, Frame } from '../parts/index.ts'
import { placesOf } from './places.ts'
import { useMay } from './rights.ts'
import { signOut, useSession } from './session.tsx'
import { useWords } from './words/index.ts'

/** The frame of the console. A new page gets its line in places.ts and in router.tsx. */
export function ConsoleFrame({ children }: { readonly children: ReactNode }) {
  const words = useWords().frame
  const { name, role } = useSession()
  const router = useRouter()
  const may = useMay()
  const leave = useAct(signOut)
  return (
    <Frame
      brand="Farebox"
      part={words.part}
      home="/"
      groups={placesOf(words, may)}
      go={(to) => void router.navigate({ to })}
      foot={
        <div>
          <p className="faint">
            {name} · {words.roles[role]}
          </p>
          <button type="button" className="plain" disabled={leave.isRunning} onClick={() => void leave.run()}>
            {words.signOut}
          </button>
          {leave.error !== undefined && <Failed error={leave.error} />}
        </div>
      }
    >
      {children}
    </Frame>
  )
}
