import { usePartWords } from '../parts/index.ts'
import { Door } from './door.tsx'

/** What stands where no page is. */
export function NotFound() {
  const words = usePartWords()
  return (
    <Door title={words.notFound}>
      <p>{words.notFoundMeans}</p>
      <a className="button main" href="/dashboard">
        {words.toOverview}
      </a>
    </Door>
  )
}
