import { useEffect, useRef, useState } from 'react'
import { rowWindow } from '../lib/row-window.ts'
import { DrawnList, type ListAbout } from './drawn-list.tsx'

const DRAWN_MAX = 200
const ROW_PX = 40

/** A list of any length: beyond 200 rows only those near what is seen are drawn, as if all were as high as those are on average. */
export function List<Entry>(about: ListAbout<Entry>) {
  const place = useRef<HTMLDivElement>(null)
  const seen = useSeen(place)
  const { entries } = about
  if (entries.length <= DRAWN_MAX)
    return (
      <div ref={place}>
        <DrawnList about={about} />
      </div>
    )
  const { first, end, abovePx, belowPx } = rowWindow({ count: entries.length, ...seen })
  return (
    <div ref={place}>
      <DrawnList about={{ ...about, entries: entries.slice(first, end) }} part={{ abovePx, belowPx, first, count: entries.length }} />
    </div>
  )
}

type Seen = { readonly rowPx: number; readonly scrolledPx: number; readonly viewPx: number }

/** How far the page is scrolled into a list, and how high its rows are in the layout that is shown. */
function useSeen(place: { readonly current: HTMLDivElement | null }): Seen {
  const [seen, setSeen] = useState<Seen>({ rowPx: ROW_PX, scrolledPx: 0, viewPx: 900 })
  useEffect(() => {
    const look = () => {
      const body = place.current?.querySelector('tbody')
      const rows = body?.querySelectorAll('tr:not(.gap)') ?? []
      const [top, bottom] = [rows[0]?.getBoundingClientRect().top, rows[rows.length - 1]?.getBoundingClientRect().bottom]
      if (body === null || body === undefined || top === undefined || bottom === undefined) return
      const rowPx = Math.max(1, (bottom - top) / rows.length)
      const next = { rowPx, scrolledPx: -body.getBoundingClientRect().top, viewPx: window.innerHeight }
      setSeen((old) => (isSame(old, next) ? old : next))
    }
    look()
    window.addEventListener('scroll', look, { passive: true })
    window.addEventListener('resize', look)
    return () => {
      window.removeEventListener('scroll', look)
      window.removeEventListener('resize', look)
    }
  }, [place])
  return seen
}

const isSame = (one: Seen, other: Seen): boolean =>
  one.rowPx === other.rowPx && one.scrolledPx === other.scrolledPx && one.viewPx === other.viewPx
