import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

/** A place of an app: `key` is the letter that goes there after `g`. */
export type Place = { readonly to: string; readonly name: string; readonly key?: string }

/** Places that belong together; those with a name can be folded. */
export type PlaceGroup = { readonly name?: string; readonly places: readonly Place[] }

const HEAD_AND_FOOT_PX = 160
const PLACE_PX = 24
const GROUP_PX = 32

/** The places at the side. Where they are higher than the window, and on a phone, the group of this page alone is unfolded until others are. */
export function Places(about: {
  readonly label: string
  readonly groups: readonly PlaceGroup[]
  readonly path: string
  readonly home: string
}) {
  const { label, groups, path, home } = about
  const [turned, setTurned] = useState<Readonly<Record<string, boolean>>>({})
  const highPx = HEAD_AND_FOOT_PX + groups.reduce((sum, { places }) => sum + GROUP_PX + PLACE_PX * places.length, 0)
  const hasRoom = useMedia(`(min-width: 801px) and (min-height: ${highPx}px)`)
  return (
    <nav aria-label={label}>
      {groups.map(({ name, places }) => {
        if (name === undefined) return <Group key="" places={places} path={path} home={home} />
        const isHere = places.some(({ to }) => isAt(path, to, home))
        const isOpen = turned[name] ?? (hasRoom || isHere)
        return (
          <details key={name} open={isOpen}>
            {/* biome-ignore lint/a11y/noStaticElementInteractions: a summary is a button to browsers */}
            <summary
              className="group"
              onClick={(event) => {
                event.preventDefault()
                setTurned({ ...turned, [name]: !isOpen })
              }}
            >
              {name}
            </summary>
            <Group places={places} path={path} home={home} />
          </details>
        )
      })}
    </nav>
  )
}

function Group({ places, path, home }: { readonly places: readonly Place[]; readonly path: string; readonly home: string }) {
  return (
    <ul>
      {places.map(({ to, name }) => (
        <li key={to}>
          <Link
            to={to}
            aria-current={isAt(path, to, home) ? 'page' : undefined}
            activeProps={{}}
            activeOptions={{ exact: true, includeSearch: false }}
          >
            {name}
          </Link>
        </li>
      ))}
    </ul>
  )
}

/** Pages below a place belong to it; below the home are all of them. */
const isAt = (path: string, to: string, home: string): boolean =>
  path.replace(/\/$/, '') === to.replace(/\/$/, '') || (to !== home && path.startsWith(`${to}/`))

function useMedia(query: string): boolean {
  const [isSo, setSo] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const media = matchMedia(query)
    const look = () => setSo(media.matches)
    look()
    media.addEventListener('change', look)
    return () => media.removeEventListener('change', look)
  }, [query])
  return isSo
}
