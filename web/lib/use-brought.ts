import { useEffect, useState } from 'react'

/**
 * What an address brings behind its #, which no server is told of: when a page is opened, and when a link is pasted into a tab that shows the page
 * already, as that loads nothing anew. `read` stays the same function.
 */
export function useBrought<Thing>(read: () => Thing | undefined): Thing | undefined {
  const [brought, setBrought] = useState(read)
  useEffect(() => {
    const look = () => {
      const now = read()
      if (now !== undefined) setBrought(() => now)
    }
    window.addEventListener('hashchange', look)
    return () => window.removeEventListener('hashchange', look)
  }, [read])
  return brought
}
